-- Called as soon as a connection that writes is there: how many milliseconds SQLite waits for a lock before `lock` asks again.
pragma busy_timeout = 2
