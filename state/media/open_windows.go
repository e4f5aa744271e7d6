package media

// openFlags: nothing is needed on Windows.
const openFlags = 0
