package settings

import "io/fs"

// closable: access is by access lists, and a profile's folders are private.
const closable = false

// Umask does nothing: new files inherit the access list of their folder.
func Umask() {}

func owned(fs.FileInfo) bool { return true }

const openFlags = 0
