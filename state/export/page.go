package export

import (
	"bytes"
	_ "embed" // the page
	"encoding/base64"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

//go:embed page.html
var pageText string

// pageTake is a take on the page.
type pageTake struct {
	Pick, Reject          bool
	Source                string
	Poster                template.URL
	Heading, Prompt, Note string
	Facts                 []pageFact
}

type pageFact struct{ Label, Value string }

// page returns a page that plays the clips beside it. It has no scripts and
// loads nothing from elsewhere.
func (p *parcel) page() ([]byte, error) {
	t, err := template.New(pageFile).Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("reading the page: %w", err)
	}
	var takes []pageTake
	var sum usd.Micro
	unknown := 0
	for i := range p.order.Takes {
		x := &p.order.Takes[i]
		takes = append(takes, x.onPage())
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
	title := p.order.Title
	if title == "" {
		title = "Takes"
	}
	var b bytes.Buffer
	if err := t.Execute(&b, map[string]any{"Title": title, "Takes": takes, "Sum": total}); err != nil {
		return nil, fmt.Errorf("writing the page: %w", err)
	}
	return b.Bytes(), nil
}

// escaped returns the link to a file beside the page.
func escaped(file string) string { return "./" + url.PathEscape(file) }

func (t *Take) onPage() pageTake {
	x := pageTake{Pick: t.Pick, Reject: t.Reject, Source: escaped(t.File), Heading: t.heading(), Prompt: t.Job.Prompt, Note: t.Note}
	if t.still != nil {
		// Our own picture in letters of base64; nothing foreign is in the link.
		x.Poster = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(t.still)) //nolint:gosec // see above
	}
	add := func(label, value string) {
		if value != "" {
			x.Facts = append(x.Facts, pageFact{label, value})
		}
	}
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
	return x
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
