package catalogue

import "fmt"

// Warnings returns what a person should know of media that is accepted anyway,
// one clause each: what it is, and how a service may treat it. They make no
// claim that depends on the service.
func (f Facts) Warnings() []string {
	var out []string
	if f.Turn != Upright {
		out = append(out, f.turnWarning())
	}
	if f.CMYK {
		out = append(out, "it has colours for print (CMYK); a service may refuse it or show other colours")
	}
	if f.Deep {
		out = append(out, "it has more than 8 bits a channel; a service may refuse or reduce them")
	}
	if f.Animated {
		out = append(out, "it is animated; a service may refuse it, or take a single frame, most likely the first")
	}
	switch f.SeeThrough {
	case AllClear:
		out = append(out, "it is transparent all over, there is nothing to be seen in it")
	case PartlyClear:
		out = append(out, "it may have transparent parts; a clip has none, and what fills them is up to the service")
	case Opaque:
	}
	return out
}

// CanBeRedrawn reports whether an upright copy in plain colours would spare
// the service a choice.
func (f Facts) CanBeRedrawn() bool {
	return f.Kind == "image" && !f.Link && (f.Turn != Upright || f.CMYK || f.Deep || f.Animated)
}

func (f Facts) turnWarning() string {
	what := "mirrored or upside down"
	if f.Turn.Sideways() {
		what = fmt.Sprintf("lying on its side, %dx%d", f.Height, f.Width)
	}
	return "it is stored " + what + ", with a mark to turn it; a service may ignore the mark"
}
