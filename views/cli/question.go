package cli

import (
	"fmt"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/order"
	"seedreel/views/words"
)

// groupsShown is how many kinds of clips a question names.
const groupsShown = 6

// group is the clips of an order that are alike but for their words.
type group struct {
	model   *catalogue.Model
	seconds int
	each    catalogue.Estimate
	count   int
}

// groups returns the clips of an order by model, length and price.
func groups(p *order.Prepared) []*group {
	var out []*group
	known := map[string]*group{}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Count == 0 {
			continue
		}
		g := &group{model: l.Model, seconds: l.Model.Seconds(l.Values), each: l.Each}
		name := fmt.Sprint(l.Model.Ref(), g.seconds, l.Each.String(), l.Each.Basis())
		if known[name] == nil {
			known[name] = g
			out = append(out, g)
		}
		known[name].count += l.Count
	}
	return out
}

// String returns "2 x Text to video, Lite 480p (service:id), 5 s, $0.08 each
// (list price)".
func (g *group) String() string {
	s := fmt.Sprintf("%d x %s (%s)", g.count, words.Model(g.model), g.model.Ref())
	if g.seconds > 0 {
		s += fmt.Sprintf(", %d s", g.seconds)
	}
	return s + fmt.Sprintf(", %s each (%s)", g.each, g.each.Basis())
}

// clipsOf describes the clips of an order: one kind on the same line, several
// on lines of their own.
func clipsOf(p *order.Prepared) string {
	all := groups(p)
	if len(all) == 1 {
		return all[0].String()
	}
	lines := []string{fmt.Sprintf("%d clips", words.Clips(p))}
	for _, g := range all[:min(len(all), groupsShown)] {
		lines = append(lines, "  "+g.String())
	}
	if more := len(all) - groupsShown; more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d kinds more", more))
	}
	return strings.Join(lines, "\n")
}

// submitQuestion asks whether to pay for an order: what it is, how many, how
// long, and what it costs by whose word.
func submitQuestion(p *order.Prepared, total usd.Micro) string {
	what, gap := clipsOf(p), ": "
	if strings.Contains(what, "\n") {
		gap = "\n"
	}
	practice := ""
	if p.Lines[0].Practice {
		practice = ", practice"
	}
	return fmt.Sprintf("Submit %s%s%s in all%s?", what, gap, total, practice)
}
