package export

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
)

// shot is a pick on the timeline, in pictures of its clip and of the film.
type shot struct {
	take *Take
	// length is the pictures of the clip, used those before the doubled one.
	length, used int
	// begin is where it begins on the timeline, lasts how long it is there.
	begin, lasts int
}

// shots returns the picks in order, on a timeline of a rate. The last picture
// of a clip is left out if the next one begins with it.
func (p *parcel) shots() (out []shot, rate float64) {
	var picks []*Take
	for i := range p.order.Takes {
		if p.order.Takes[i].Pick {
			picks = append(picks, &p.order.Takes[i])
		}
	}
	at := 0
	for i, t := range picks {
		fps := steadyRate(t)
		if rate == 0 {
			rate = fps
		}
		s := shot{take: t, begin: at, length: pictures(t)}
		s.used = s.length
		if i+1 < len(picks) && picks[i+1].Continued && s.used > 1 {
			s.used--
		}
		s.lasts = int(math.Round(float64(s.used) / fps * rate))
		at += s.lasts
		out = append(out, s)
	}
	const film = 24
	if rate == 0 {
		rate = film
	}
	return out, rate
}

// steadyRate returns the rate of a clip, exact for those of television.
func steadyRate(t *Take) float64 {
	fps := t.facts.FPS
	if fps <= 0 {
		return 24
	}
	for _, whole := range []float64{24, 25, 30, 48, 50, 60} {
		for _, r := range []float64{whole, whole * 1000 / 1001} {
			if math.Abs(fps-r) < 0.005 {
				return r
			}
		}
	}
	return fps
}

func pictures(t *Take) int {
	if t.facts.Frames > 0 {
		return t.facts.Frames
	}
	return int(math.Round(t.facts.Duration.Seconds() * steadyRate(t)))
}

// editList returns the picks as an edit decision list (CMX 3600). Time codes
// count whole pictures of the film's rate; the film begins at one hour, as is
// usual.
func (p *parcel) editList() []byte {
	shots, rate := p.shots()
	base := int(math.Round(rate))
	start := base * int(time.Hour/time.Second)
	var b strings.Builder
	fmt.Fprintf(&b, "TITLE: %s\r\nFCM: NON-DROP FRAME\r\n", line(p.order.Title))
	for i, s := range shots {
		channel := "V"
		if s.take.facts.Sound {
			channel = "B"
		}
		fmt.Fprintf(&b, "\r\n%03d  AX       %-5s C        %s %s %s %s\r\n", i+1, channel, code(0, base), code(s.lasts, base),
			code(start+s.begin, base), code(start+s.begin+s.lasts, base))
		fmt.Fprintf(&b, "* FROM CLIP NAME: %s\r\n", line(s.take.File))
		if s.take.Name != "" {
			fmt.Fprintf(&b, "* COMMENT: %s\r\n", line(s.take.Name))
		}
	}
	return []byte(b.String())
}

// code returns a number of pictures as a time code.
func code(n, base int) string {
	s := n / base
	return fmt.Sprintf("%02d:%02d:%02d:%02d", s/3600, s/60%60, s%60, n%base)
}

// line returns a text without anything that would end its line.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}

// object is an object of OpenTimelineIO's JSON.
type object map[string]any

func moment(n int, rate float64) object {
	return object{"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": float64(n)}
}

func span(from, n int, rate float64) object {
	return object{"OTIO_SCHEMA": "TimeRange.1", "start_time": moment(from, rate), "duration": moment(n, rate)}
}

// timeline returns the picks for OpenTimelineIO.
func (p *parcel) timeline() ([]byte, error) {
	shots, rate := p.shots()
	track := func(kind string) object {
		clips := []object{}
		for _, s := range shots {
			t := s.take
			fps := steadyRate(t)
			if kind == "Audio" && !t.facts.Sound {
				clips = append(clips, object{
					"OTIO_SCHEMA": "Gap.1", "name": "", "metadata": object{}, "effects": []any{}, "markers": []any{}, "source_range": span(0, s.used, fps),
				})
				continue
			}
			clips = append(clips, object{
				"OTIO_SCHEMA": "Clip.1", "name": t.File, "effects": []any{}, "markers": []any{}, "source_range": span(0, s.used, fps),
				"metadata": object{"seedreel": object{"job": t.Job.ID, "shot": t.Shot, "take": t.Number, "prompt": t.Job.Prompt, "model": t.Job.Model}},
				"media_reference": object{
					"OTIO_SCHEMA": "ExternalReference.1", "name": "", "metadata": object{}, "target_url": escaped(t.File), "available_range": span(0, s.length, fps),
				},
			})
		}
		return object{
			"OTIO_SCHEMA": "Track.1", "name": kind, "kind": kind, "metadata": object{}, "effects": []any{}, "markers": []any{}, "source_range": nil, "children": clips,
		}
	}
	tracks := []object{track("Video")}
	for _, s := range shots {
		if s.take.facts.Sound {
			tracks = append(tracks, track("Audio"))
			break
		}
	}
	b, err := json.MarshalIndent(object{
		"OTIO_SCHEMA": "Timeline.1", "name": p.order.Title, "metadata": object{}, "global_start_time": moment(0, rate),
		"tracks": object{
			"OTIO_SCHEMA": "Stack.1", "name": "tracks", "metadata": object{}, "effects": []any{}, "markers": []any{}, "source_range": nil, "children": tracks,
		},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing a timeline: %w", err)
	}
	return append(b, '\n'), nil
}
