' Many arrays, each as large as one may be.
' stops: OutOfMemory; limit: heap_bytes

10 DIM A(999, 999), B(999, 999) ' stops here
20 A(1, 1) = B(1, 1)
