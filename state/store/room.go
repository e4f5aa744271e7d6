package store

// Free is the room in bytes that is left for this user in a folder, false
// where that cannot be told.
func Free(dir string) (int64, bool) { return freeBytes(dir) }
