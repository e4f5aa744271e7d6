package download

// removeOpen: an open file cannot be removed here.
const removeOpen = false
