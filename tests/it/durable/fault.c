/* Stands between one program and the kernel, and breaks what it asks of the files in one folder: it ends the program at the
   n-th call that changes them, lets that call fail or take long, or keeps flushes back. What it does is told by variables:
   FAULT_FOLDER   the folder; nothing else is touched, and without it nothing at all
   FAULT_AT       the number of the call, from 1 on
   FAULT_DO       kill (before the call), half (after half a write), eio, enospc, short (half a write), slow (1.5 seconds)
   FAULT_LASTS    whatever fails goes on failing; after a short write there is no more room
   FAULT_SYNC     off (a flush is said to be done), late (the log is flushed before the next write to it, not when asked)
   FAULT_REPORT   the file that is told the call at which it happened, or else how many calls there were
   FAULT_JOURNAL  the file in which every call is kept with its bytes, and what was written to standard output
   FAULT_STATE    the file that holds 1 while something that was written to the log is not flushed, then the flushes */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { LONGEST = 512, MOST_MADE = 64 };

enum fate { PASS, FAIL, HALF };

static const char *folder, *what, *flushing;
static size_t folder_length;
static long at;
static int lasts, report = -1, journal = -1;
static _Atomic long calls;
static _Atomic int is_full, unflushed_log = -1;
static _Atomic uint32_t *state;
static char index_path[LONGEST];
static int is_there;
static struct { char name[LONGEST]; ino_t inode; } made[MOST_MADE];
static pthread_mutex_t names = PTHREAD_MUTEX_INITIALIZER;

static const char *told(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

static int file(const char *name, int flags)
{
    return *told(name) ? (int)syscall(SYS_openat, AT_FDCWD, told(name), flags | O_CLOEXEC, 0600) : -1;
}

__attribute__((constructor)) static void begin(void)
{
    folder = told("FAULT_FOLDER");
    folder_length = strlen(folder);
    char here[LONGEST];
    is_there = folder_length && getcwd(here, sizeof here) && !strcmp(here, folder);
    what = told("FAULT_DO");
    flushing = told("FAULT_SYNC");
    at = atol(told("FAULT_AT"));
    lasts = *told("FAULT_LASTS") != 0;
    report = file("FAULT_REPORT", O_WRONLY | O_CREAT | O_TRUNC);
    journal = file("FAULT_JOURNAL", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
    int shared = file("FAULT_STATE", O_RDWR);
    if (shared >= 0) {
        void *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
        state = mapped == MAP_FAILED ? NULL : mapped;
    }
}

__attribute__((destructor)) static void end(void)
{
    if (report >= 0 && (!at || calls < at))
        dprintf(report, "calls %ld\n", (long)calls);
}

/* Returns the name of a path within the folder, "" for the folder itself, NULL for what is elsewhere. */
static const char *within(const char *path)
{
    if (!folder_length || (*path != '/' && !is_there))
        return NULL;
    if (*path == '/') {
        if (strncmp(path, folder, folder_length) || (path[folder_length] && path[folder_length] != '/'))
            return NULL;
        path += folder_length;
    }
    while (*path == '/' || !strncmp(path, "./", 2) || !strcmp(path, "."))
        path++;
    return strchr(path, '/') ? NULL : path;
}

static const char *name_of(int fd, char *path)
{
    char link[32];
    if (!folder_length)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, LONGEST - 1);
    if (length < 0)
        return NULL;
    path[length] = 0;
    return *path == '/' ? within(path) : NULL;
}

static int ends(const char *path, const char *with)
{
    size_t length = strlen(path), end = strlen(with);
    return length >= end && !strcmp(path + length - end, with);
}

/* Keeps a call: what it was, by which thread, on which file, where, and which bytes. */
static void keep(char call, const char *name, uint64_t offset, const void *bytes, size_t length)
{
    struct { uint64_t offset, length; uint32_t thread; uint16_t name; char call, zero; } head;
    if (journal < 0)
        return;
    head.offset = offset;
    head.length = length;
    head.thread = (uint32_t)syscall(SYS_gettid);
    head.name = (uint16_t)strlen(name);
    head.call = call;
    head.zero = 0;
    struct iovec parts[] = { { &head, sizeof head }, { (void *)name, head.name }, { (void *)bytes, length } };
    syscall(SYS_writev, journal, parts, 3);
}

/* Remembers a file that was made, or forgets one that is removed. */
static void remember(const char *name, int fd)
{
    struct stat now;
    pthread_mutex_lock(&names);
    for (int nth = 0; nth < MOST_MADE; nth++) {
        if (made[nth].inode && strcmp(made[nth].name, name))
            continue;
        made[nth].inode = 0;
        if (fd < 0 || fstat(fd, &now) || strlen(name) >= LONGEST)
            continue;
        made[nth].inode = now.st_ino;
        strcpy(made[nth].name, name);
        break;
    }
    pthread_mutex_unlock(&names);
}

/* Keeps what was given another name since it was last looked, which goes past the C library. */
static void keep_names(void)
{
    if (journal < 0)
        return;
    int all_names = (int)syscall(SYS_openat, AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    pthread_mutex_lock(&names);
    for (int nth = 0; nth < MOST_MADE; nth++) {
        struct stat now;
        int is_named = all_names >= 0 && !fstatat(all_names, made[nth].name, &now, 0) && now.st_ino == made[nth].inode;
        if (!made[nth].inode || is_named)
            continue;
        DIR *all = opendir(folder);
        for (struct dirent *one; all && (one = readdir(all));)
            if (one->d_ino == made[nth].inode && strlen(one->d_name) < LONGEST) {
                keep('R', made[nth].name, 0, one->d_name, strlen(one->d_name));
                strcpy(made[nth].name, one->d_name);
            }
        if (all)
            closedir(all);
    }
    pthread_mutex_unlock(&names);
    close(all_names);
}

/* Keeps the index of the log as it is in memory, which no call writes. */
static void keep_index(void)
{
    char bytes[1 << 16];
    int fd = journal >= 0 && *index_path ? (int)syscall(SYS_openat, AT_FDCWD, index_path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    ssize_t length = read(fd, bytes, sizeof bytes);
    if (length > 0)
        keep('S', within(index_path), 0, bytes, (size_t)length);
    close(fd);
}

static void die(void)
{
    for (;;)
        syscall(SYS_kill, getpid(), SIGKILL);
}

/* Says what becomes of a call that changes a file. */
static enum fate meet(const char *call, const char *name, int is_write)
{
    keep_names();
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (is_full && is_write) {
        errno = ENOSPC;
        return FAIL;
    }
    if (!at || number < at || (number > at && !(lasts && (*what == 'e'))))
        return PASS;
    if (number == at) {
        if (report >= 0)
            dprintf(report, "%s %s\n", call, name);
        keep('X', name, 0, "", 0);
    }
    if (!strcmp(what, "slow"))
        usleep(1500000);
    if (!strcmp(what, "kill") || (!strcmp(what, "half") && !is_write))
        die();
    if (*what == 'e') {
        errno = strcmp(what, "eio") ? ENOSPC : EIO;
        return FAIL;
    }
    if (!is_write || !strcmp(what, "slow"))
        return PASS;
    is_full = !strcmp(what, "short") && lasts;
    return HALF;
}

static int flushed(int fd, const char *name, long call)
{
    keep('F', name, 0, "", 0);
    long done = syscall(call, fd);
    if (!done) {
        keep('f', name, 0, "", 0);
        if (state && ends(name, "-wal")) {
            state[0] = 0;
            state[1]++;
        }
    }
    return (int)done;
}

static ssize_t wrote(int fd, const void *bytes, size_t length, off_t offset)
{
    return offset < 0 ? syscall(SYS_write, fd, bytes, length) : syscall(SYS_pwrite64, fd, bytes, length, offset);
}

static ssize_t written(const char *call, int fd, const void *bytes, size_t length, off_t offset)
{
    char path[LONGEST];
    const char *name = name_of(fd, path);
    if (fd == STDOUT_FILENO && folder_length) {
        keep_names();
        keep_index();
        keep('O', "", 0, bytes, length);
    }
    if (!name)
        return wrote(fd, bytes, length, offset);
    if (ends(name, "-wal")) {
        int late = atomic_exchange(&unflushed_log, -1);
        if (late >= 0)
            flushed(late, name, SYS_fsync);
        if (state)
            state[0] = 1;
    }
    switch (meet(call, name, 1)) {
    case FAIL:
        return -1;
    case HALF:
        keep('W', name, (uint64_t)offset, bytes, length / 2);
        ssize_t half = wrote(fd, bytes, length / 2, offset);
        if (!strcmp(what, "half"))
            die();
        return half;
    case PASS:
        break;
    }
    keep('W', name, (uint64_t)offset, bytes, length);
    return wrote(fd, bytes, length, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) { return written("write", fd, bytes, length, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return written("pwrite", fd, bytes, length, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) { return written("pwrite", fd, bytes, length, offset); }

static int flush(const char *call, int fd, long number)
{
    char path[LONGEST];
    const char *name = name_of(fd, path);
    if (!name)
        return (int)syscall(number, fd);
    if (meet(call, name, 0) == FAIL)
        return -1;
    if (!strcmp(flushing, "off"))
        return 0;
    if (!strcmp(flushing, "late") && ends(name, "-wal")) {
        unflushed_log = fd;
        return 0;
    }
    return flushed(fd, name, number);
}

int fsync(int fd) { return flush("fsync", fd, SYS_fsync); }
int fdatasync(int fd) { return flush("fdatasync", fd, SYS_fdatasync); }

static int cut(int fd, off_t length)
{
    char path[LONGEST];
    const char *name = name_of(fd, path);
    if (name && meet("ftruncate", name, 0) == FAIL)
        return -1;
    if (name)
        keep('T', name, (uint64_t)length, "", 0);
    return (int)syscall(SYS_ftruncate, fd, length);
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off_t length) { return cut(fd, length); }

int unlink(const char *path)
{
    const char *name = within(path);
    if (name && meet("unlink", name, 0) == FAIL)
        return -1;
    if (name) {
        remember(name, -1);
        keep('U', name, 0, "", 0);
    }
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

static int opened(const char *path, int flags, mode_t mode)
{
    if (within(path) && ends(path, "-shm") && strlen(path) < sizeof index_path)
        strcpy(index_path, path);
    int is_made = (flags & O_CREAT) && within(path) && access(path, F_OK);
    if (is_made && meet("open", within(path), 0) == FAIL)
        return -1;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (is_made && fd >= 0) {
        remember(within(path), fd);
        keep('C', within(path), 0, "", 0);
    }
    return fd;
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened(path, flags, mode);
}
