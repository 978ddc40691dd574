-- Called by `Inspection::record`. One search of the index over stream and seq.
-- ?1 stream, ?2 seq
select rowid as number, position, stream, seq, header, hash
from events
where stream = ?1 and seq = ?2
