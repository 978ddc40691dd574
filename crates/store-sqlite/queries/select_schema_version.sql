-- Called by `open` before anything else is read.
select user_version from pragma_user_version
