package catalogue

// Facts is what is known of one piece of media. Sizes are bytes and pixels, 0
// when not known; a remote link has none.
type Facts struct {
	// Item is the path or link as the person gave it.
	Item string
	// Path is the file that Item refers to if its name differs, else "".
	Path string
	// Kind is "image", "video" or "audio", "" for a link.
	Kind string
	// Format is a short name: "jpg", "png", "webp", "mp4".
	Format string
	// Width and Height are those of the picture as displayed: a photo stored
	// on its side has them swapped in its file.
	Width, Height int
	Bytes         int64
	Seconds       float64
	Link          bool
	// Turn is the turn from the stored pixels to the displayed picture.
	Turn Turn
	// CMYK marks print colours, Deep more than 8 bits per channel.
	CMYK, Deep bool
	// Animated marks a picture of more than one frame.
	Animated bool
	// SeeThrough is how much of the picture is transparent.
	SeeThrough SeeThrough
}

// SeeThrough is how much of a picture is transparent.
type SeeThrough uint8

// The amounts of transparency.
const (
	// Opaque is also used when it is not known.
	Opaque SeeThrough = iota
	// PartlyClear has transparent parts, or may have.
	PartlyClear
	// AllClear shows nothing at all.
	AllClear
)

// Turn is the turn from stored pixels to the displayed picture, by the numbers
// of the EXIF tag Orientation (TIFF 6.0, tag 274). The zero value is upright.
type Turn uint8

// The turns, clockwise.
const (
	Upright      Turn = 0
	Mirrored     Turn = 2
	Turned180    Turn = 3
	Flipped      Turn = 4
	Transposed   Turn = 5 // mirrored at the diagonal that falls to the right
	Turned90     Turn = 6
	Transversed  Turn = 7 // mirrored at the other diagonal
	Turned270    Turn = 8
	mostTurn          = Turned270
	storedAsSeen      = 1 // the tag's own number for upright
)

// TurnOf converts a number of the EXIF tag; unknown ones are upright, as in
// every viewer.
func TurnOf(n int) Turn {
	if n <= storedAsSeen || n > int(mostTurn) {
		return Upright
	}
	return Turn(n)
}

// Sideways reports whether width and height are swapped.
func (t Turn) Sideways() bool { return t >= Transposed && t <= Turned270 }
