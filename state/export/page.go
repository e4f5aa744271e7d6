package export

import (
	"cmp"
	_ "embed" // the page
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

//go:embed page.html
var pageText string

// page returns a page that plays the clips beside it. It has no scripts and
// loads nothing from elsewhere.
//
// It is filled in by hand, not by html/template: a template looks methods up by
// name, for which the linker has to keep every method of every type that there
// is, a third of the program.
func (p *parcel) page() []byte {
	var takes strings.Builder
	var sum usd.Micro
	unknown := 0
	for i := range p.order.Takes {
		x := &p.order.Takes[i]
		x.onPage(&takes)
		if c := x.Cost(); c != nil {
			sum += *c
		} else {
			unknown++
		}
	}
	total := sum.String()
	if unknown > 0 {
		total += fmt.Sprintf(" and %d without a known price", unknown)
	}
	title := cmp.Or(p.order.Title, "Takes")
	return []byte(strings.NewReplacer(
		"{title}", html.EscapeString(title), "{count}", strconv.Itoa(len(p.order.Takes)),
		"{sum}", html.EscapeString(total), "{takes}", takes.String(),
	).Replace(pageText))
}

// escaped returns the link to a file beside the page.
func escaped(file string) string { return "./" + url.PathEscape(file) }

// onPage writes the part of the page about a take. Each text and value in it
// passes html.EscapeString.
func (t *Take) onPage(b *strings.Builder) {
	class := ""
	if t.Pick {
		class = "pick"
	}
	if t.Reject {
		class += " reject"
	}
	fmt.Fprintf(b, "<article class=\"%s\">\n<video src=\"%s\" controls loop preload=\"metadata\" playsinline", class, html.EscapeString(escaped(t.File)))
	if t.still != nil {
		fmt.Fprintf(b, " poster=\"data:image/jpeg;base64,%s\"", base64.StdEncoding.EncodeToString(t.still))
	}
	fmt.Fprintf(b, "></video>\n<h2>%s</h2>\n<p>%s</p>\n", html.EscapeString(t.heading()), html.EscapeString(t.Job.Prompt))
	if t.Note != "" {
		fmt.Fprintf(b, "<p><em>%s</em></p>\n", html.EscapeString(t.Note))
	}
	b.WriteString("<dl>")
	t.told(func(label, value string) {
		if value != "" {
			fmt.Fprintf(b, "<dt>%s</dt><dd>%s</dd>", html.EscapeString(label), html.EscapeString(value))
		}
	})
	b.WriteString("</dl>\n</article>\n")
}

// told passes add the facts of a take, in order, as label and value.
func (t *Take) told(add func(label, value string)) {
	add("model", t.Job.Model)
	add("service", t.Job.Service)
	add("price", t.price())
	var roles []string
	for r := range t.Job.Values {
		if r != catalogue.RolePrompt && len(t.Job.Values.Media(r)) == 0 {
			roles = append(roles, string(r))
		}
	}
	slices.Sort(roles)
	for _, r := range roles {
		v := t.Job.Values[catalogue.Role(r)]
		add(strings.ReplaceAll(r, "_", " "), v.String())
	}
	if !slices.Contains(roles, string(catalogue.RoleSeed)) {
		add("seed", t.value("seed"))
	}
	add("picture", fmt.Sprintf("%dx%d, %.4g a second", t.facts.Width, t.facts.Height, t.facts.FPS))
	if t.Rating > 0 {
		add("rating", strings.Repeat("★", min(t.Rating, 5)))
	}
	add("labels", strings.Join(t.Job.Labels, " "))
	add("comes from", strings.TrimSpace(t.Parent+" "+t.How))
	add("made", t.Job.CreatedAt.UTC().Format("2006-01-02 15:04 UTC"))
	add("file", t.File)
}

// heading returns the short name of a take.
func (t *Take) heading() string {
	var s []string
	if t.Shot > 0 {
		s = append(s, fmt.Sprintf("Shot %d", t.Shot))
	}
	if t.Name != "" {
		s = append(s, t.Name)
	}
	if t.Number > 0 {
		s = append(s, fmt.Sprintf("take %d", t.Number))
	}
	if len(s) == 0 {
		return t.File
	}
	return strings.Join(s, ", ")
}

// price returns the price in words.
func (t *Take) price() string {
	switch {
	case t.Job.Practice:
		return "practice, nothing was billed"
	case t.Job.Charge != nil:
		return t.Job.Charge.String()
	case t.Job.Estimate != nil:
		return t.Job.Estimate.String() + " (estimate)"
	}
	return ""
}
