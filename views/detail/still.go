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
	besideLabel, besideLeast = 8, 18
	besideGap                = 2
)

// still writes the still, with the settings beside it as far as they fit there,
// and returns the lines that do not.
func (p *page) still() (rest []string) {
	room := p.width - stills.Page.W - besideGap
	facts := &page{v: p.v, width: p.width}
	var beside []string
	if p.v.Still != nil && room >= besideLeast {
		x := &page{v: p.v, width: room, label: besideLabel}
		x.inputs()
		if len(x.lines) <= len(p.v.Still) {
			beside = x.lines
		}
	}
	if beside == nil {
		facts.inputs()
	}
	facts.times()
	if p.v.Still == nil {
		return facts.lines
	}
	p.gap()
	for i, l := range p.v.Still {
		if i < len(beside) {
			l = layout.FitLine(l, stills.Page.W) + strings.Repeat(" ", besideGap) + beside[i]
		}
		p.add(l)
	}
	if p.v.Caption != "" {
		p.add(p.v.Styles.Text.Quiet.Render(string(safe.Truncate(p.v.Caption, p.width))))
	}
	return facts.lines
}
