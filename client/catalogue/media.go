package catalogue

// Facts is what is known of one piece of media. Sizes are bytes and pixels, 0
// when not known; a link to somewhere else has none.
type Facts struct {
	// Item is the path or link as the person gave it.
	Item string
	// Path is the file that Item means where that has another name, "" else.
	Path string
	// Kind is "image", "video" or "audio", "" for a link.
	Kind string
	// Format is a short name: "jpg", "png", "webp", "mp4".
	Format string
	// Width and Height are those of the picture as it is seen: a photo that is
	// stored lying on its side has them the other way round in its file.
	Width, Height int
	Bytes         int64
	Seconds       float64
	Link          bool
	// Turn is how the stored pixels become what is seen.
	Turn Turn
	// CMYK are colours for print, Deep more than 8 bits a channel.
	CMYK, Deep bool
	// Animated is a picture of more than one frame.
	Animated bool
	// SeeThrough is how much of the picture is transparent.
	SeeThrough SeeThrough
}

// SeeThrough is how much of a picture is transparent.
type SeeThrough uint8

// The amounts of transparency.
const (
	// Opaque also stands for what is not known.
	Opaque SeeThrough = iota
	// PartlyClear has transparent parts, or may have.
	PartlyClear
	// AllClear shows nothing at all.
	AllClear
)

// Turn is how stored pixels become what is seen, by the numbers of the EXIF
// tag Orientation (TIFF 6.0, tag 274). The zero value is upright.
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

// TurnOf reads a number of the EXIF tag; what it does not know is upright, as
// for every viewer.
func TurnOf(n int) Turn {
	if n <= storedAsSeen || n > int(mostTurn) {
		return Upright
	}
	return Turn(n)
}

// Sideways reports whether width and height change places.
func (t Turn) Sideways() bool { return t >= Transposed && t <= Turned270 }
