package detail

import (
	"strings"

	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/stills"
)

const (
	// besideLabel is the width of the labels beside a still, besideLeast the
	// least useful width of what is there.
	besideLabel, besideLeast = 7, 18
	besideGap                = 2
)

// still writes the still, with the settings beside it as far as they fit there,
// and reports whether they did.
func (p *page) still() (beside bool) {
	if p.v.Still == nil {
		return false
	}
	var right []string
	if room := p.width - stills.Page.W - besideGap; room >= besideLeast {
		x := &page{v: p.v, width: room, label: besideLabel}
		x.choices()
		if len(x.lines) <= len(p.v.Still) {
			right, beside = x.lines, true
		}
	}
	p.gap()
	for i, l := range p.v.Still {
		if i < len(right) {
			l = layout.FitLine(l, stills.Page.W) + strings.Repeat(" ", besideGap) + right[i]
		}
		p.add(l)
	}
	if p.v.Caption != "" {
		p.add(p.v.Styles.Text.Quiet.Render(string(safe.Truncate(p.v.Caption, p.width))))
	}
	return beside
}

// facts writes what the clip is made with, without the choices if those are
// beside the still.
func (p *page) facts(beside bool) {
	p.gap()
	p.model()
	if !beside {
		p.choices()
	}
	p.media()
	p.times()
	p.billed()
	p.opinion()
}

// opinion writes a person's rating, note and labels.
func (p *page) opinion() {
	j := p.v.Job
	var parts []string
	if j.Rating > 0 {
		parts = append(parts, strings.Repeat("★", j.Rating))
	}
	switch {
	case j.Pick:
		parts = append(parts, "pick of its shot")
	case j.Rejected:
		parts = append(parts, "rejected")
	}
	if len(parts) == 0 && j.Note == "" && len(j.Labels) == 0 {
		return
	}
	p.gap()
	if len(parts) > 0 {
		p.pair("rating", safe.Line(strings.Join(parts, ", ")))
	}
	if len(j.Labels) > 0 {
		p.pair("labels", safe.Line(strings.Join(j.Labels, ", ")))
	}
	if j.Note != "" {
		p.pair("note", safe.Line(j.Note))
	}
}
