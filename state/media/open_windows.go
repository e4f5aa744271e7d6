package media

// openFlags: there is nothing to ask for here.
const openFlags = 0
