' A copy of a map that contains itself.
' stops: LimitReached | OutOfMemory | OutOfFuel; limit: data_depth

m = {}
m.self = m
x = CLONE(m) ' stops here
TALK x
