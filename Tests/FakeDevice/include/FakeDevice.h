// Nothing is called: loading the library is all (LD_PRELOAD).
