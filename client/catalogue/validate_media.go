package catalogue

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

func (f *Field) mediaProblem(items []string, look Inspect, maxSeconds float64) string {
	lo, hi := f.Bounds()
	if n := len(items); hi > 0 && n > hi {
		return fmt.Sprintf("%d given, %s are taken; remove %d", n, f.countWords(), n-hi)
	} else if n < lo {
		return fmt.Sprintf("%d given, add %s", n, f.countWords())
	}
	if look == nil {
		return ""
	}
	total := 0.0
	for _, it := range items {
		facts, err := look(it)
		if err != nil {
			if text := err.Error(); strings.HasPrefix(text, name(it)+": ") {
				return text // it names the file itself
			}
			return name(it) + ": " + err.Error()
		}
		if s := f.Media.Problem(facts); s != "" {
			return name(it) + ": " + s
		}
		total += facts.Seconds
	}
	if total > maxSeconds {
		return fmt.Sprintf("%.1f s together, at most %.0f s are taken", total, maxSeconds)
	}
	return ""
}

// Problem returns what is wrong with one piece of media for this field and
// what would be right, "" when nothing is. Unknown facts are not judged.
func (s *MediaSpec) Problem(f Facts) string {
	if f.Kind != "" && s.Kind != "" && f.Kind != s.Kind {
		return fmt.Sprintf("%s, %s is wanted", article(f.Kind), article(s.Kind))
	}
	if f.Link {
		if !slices.Contains(s.Accepts, "url") {
			return "a link is not taken here; give a file"
		}
		return ""
	}
	if s.NoFile != "" {
		return s.NoFile
	}
	if f.Format != "" && len(s.Formats) > 0 && !slices.Contains(s.Formats, f.Format) && !jpegTwin(s.Formats, f.Format) {
		return fmt.Sprintf("%s is not taken; convert it to %s", f.Format, orList(s.Formats))
	}
	if s.MaxMB != nil && float64(f.Bytes) > *s.MaxMB*1e6 {
		return fmt.Sprintf("%.1f MB is too big; at most %g MB are taken", float64(f.Bytes)/1e6, *s.MaxMB)
	}
	if s.MaxSecondsEach != nil && f.Seconds > *s.MaxSecondsEach {
		return fmt.Sprintf("%.1f s is too long; at most %g s are taken", f.Seconds, *s.MaxSecondsEach)
	}
	return s.pixelProblem(f)
}

func (s *MediaSpec) pixelProblem(f Facts) string {
	if f.Width == 0 || f.Height == 0 {
		return ""
	}
	if s.MinWidth != nil && s.MinHeight != nil && (f.Width < *s.MinWidth || f.Height < *s.MinHeight) {
		return fmt.Sprintf("%dx%d pixels is too small; at least %dx%d is needed", f.Width, f.Height, *s.MinWidth, *s.MinHeight)
	}
	if s.MaxWidth != nil && s.MaxHeight != nil && (f.Width > *s.MaxWidth || f.Height > *s.MaxHeight) {
		return fmt.Sprintf("%dx%d pixels is too large; at most %dx%d is taken", f.Width, f.Height, *s.MaxWidth, *s.MaxHeight)
	}
	r := float64(f.Width) / float64(f.Height)
	if s.MinRatio != nil && s.MaxRatio != nil && (r < *s.MinRatio || r > *s.MaxRatio) {
		return fmt.Sprintf("%dx%d is too narrow or too wide; width over height must be %g to %g", f.Width, f.Height, *s.MinRatio, *s.MaxRatio)
	}
	return ""
}

func jpegTwin(formats []string, f string) bool {
	return (f == "jpg" || f == "jpeg") && (slices.Contains(formats, "jpg") || slices.Contains(formats, "jpeg"))
}

// name returns the last part of a path or link, without a query: enough to
// find the item in a short list.
func name(item string) string {
	if strings.HasPrefix(item, "data:") {
		return "inline image"
	}
	if i := strings.IndexAny(item, "?#"); i >= 0 && strings.Contains(item, "://") {
		item = item[:i]
	}
	return path.Base(strings.ReplaceAll(item, `\`, "/"))
}
