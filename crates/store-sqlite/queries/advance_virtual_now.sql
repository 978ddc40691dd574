-- Called by `advance_virtual_now` under the write lock, once the present is known to lie before it.
-- ?1 the instant
update ledger set virtual_now = ?1
where id = 0
