package catalogue

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Frame returns the clip's size in pixels, from the catalogue's table. Where
// the frame follows the first image, its size (imgW, imgH; 0 when not known)
// picks the nearest listed ratio, as the upstream documents it.
func (m *Model) Frame(v Values, imgW, imgH int) (w, h int, ok bool) {
	ratios := m.FrameSizes[m.ResolutionOf(v)]
	if len(ratios) == 0 {
		return 0, 0, false
	}
	ratio := v.Text(RoleAspectRatio)
	if ratio == "" && m.Field(RoleFirstFrame) == nil {
		if f := m.Field(RoleAspectRatio); f != nil {
			if d, has := f.DefaultValue(); has {
				ratio = d.text
			}
		}
	}
	s, listed := ratios[ratio]
	if !listed && imgW > 0 && imgH > 0 {
		s = ratios[Nearest(ratios, float64(imgW)/float64(imgH))]
	}
	// A ratio of unknown size is null in the data.
	return s[0], s[1], s[0] > 0 && s[1] > 0
}

// Nearest returns the name of the listed ratio closest to width over height.
func Nearest[V any](ratios map[string]V, want float64) string {
	best, dist := "", math.Inf(1)
	for name := range ratios {
		r, ok := ParseRatio(name)
		if !ok {
			continue
		}
		d := math.Abs(math.Log(want / r))
		if d < dist || d == dist && name < best {
			best, dist = name, d
		}
	}
	return best
}

// ParseRatio parses "16:9" as width over height; words such as "adaptive"
// fail.
func ParseRatio(s string) (float64, bool) {
	a, b, ok := strings.Cut(s, ":")
	if !ok {
		return 0, false
	}
	x, err1 := strconv.Atoi(a)
	y, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || x <= 0 || y <= 0 {
		return 0, false
	}
	return float64(x) / float64(y), true
}

// Frames returns the number of frames in a clip of that many seconds, 0 when
// the frame rate is not known. The upstream bills and delivers one frame more
// than rate times length (24 x 5 + 1 = 121).
func (m *Model) Frames(seconds int) int {
	if m.Output.FPS == 0 || seconds <= 0 {
		return 0
	}
	return m.Output.FPS*seconds + 1
}

// sizeInID matches a size class in a model's name: "…-i2v-720p".
var sizeInID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[-/_])([0-9]{3,4}p|[248]k)(?:$|[-/_])`)
})

// DeriveResolution derives from fields and id what decides the size class.
func (m *Model) DeriveResolution() Resolution {
	f := m.Field(RoleResolution)
	if f == nil {
		if s := sizeInID().FindStringSubmatch(m.ID); s != nil {
			return Resolution{Mode: "fixed", Value: s[1], Options: []string{s[1]}, Default: s[1]}
		}
		return Resolution{Mode: "implicit"}
	}
	r := Resolution{Mode: "field", Field: f.Name}
	for _, o := range f.Options() {
		r.Options = append(r.Options, o.String())
	}
	if d, ok := f.DefaultValue(); ok {
		r.Default = d.String()
	} else if len(r.Options) > 0 {
		r.Default = r.Options[0]
	}
	return r
}
