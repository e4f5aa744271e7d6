package catalogue

// Facts is what is known of one piece of media without decoding it. Sizes are
// bytes and pixels, 0 when not known; a link to somewhere else has none.
type Facts struct {
	// Item is the path or link as the person gave it.
	Item string
	// Kind is "image", "video" or "audio", "" for a link.
	Kind string
	// Format is a short name: "jpg", "png", "webp", "mp4".
	Format        string
	Width, Height int
	Bytes         int64
	Seconds       float64
	Link          bool
}
