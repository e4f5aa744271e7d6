package export

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"seedreel/state/clipname"
	"seedreel/state/download"
)

// DefaultTemplate names clips if nothing else is asked for.
const DefaultTemplate = clipname.Default

// common returns the fields that every take has.
func common() []string {
	return []string{
		"date", "ext", "height", "id", "label", "model", "name", "price", "prompt", "rating", "reel", "seconds", "seed", "service",
		"shot", "take", "time", "width",
	}
}

// fields returns the names of all fields that the takes have.
func fields(takes []Take) []string {
	all := common()
	for i := range takes {
		for r := range takes[i].Job.Values {
			all = append(all, string(r))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// value returns a field of a take, "" if it has none.
func (t *Take) value(field string) string {
	place := clipname.Place{Reel: t.Reel, Name: t.Name, Shot: t.Shot, Take: t.Number}
	if v, ok := place.Value(field); ok {
		return v
	}
	switch field {
	case "rating":
		return strconv.Itoa(t.Rating)
	case "ext":
		return extension(t.Path)
	case "price":
		if c := t.Cost(); c != nil {
			return strings.ReplaceAll(strings.TrimPrefix(c.String(), "$"), ".", "-")
		}
		return ""
	case "width":
		return clipname.Number(t.facts.Width)
	case "height":
		return clipname.Number(t.facts.Height)
	}
	return clipname.Value(&t.Job, field, time.UTC)
}

// extension returns the extension of a clip without its dot.
func extension(path string) string {
	i := strings.LastIndexByte(path, '.')
	ext := strings.ToLower(path[i+1:])
	odd := strings.ContainsFunc(ext, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	const longest = 5
	if i < 0 || ext == "" || len(ext) > longest || odd {
		return "mp4"
	}
	return ext
}

// reservedNames returns the names of the files that every export has.
func reservedNames() []string {
	return []string{sheetFile, pageFile, tableFile, editFile, timelineFile, manifestFile}
}

// name gives every take its name. Names that differ only in case are the same
// on some systems.
func (p *parcel) name() error {
	o := &p.order
	if len(o.Takes) == 0 {
		return wrong(nil, "there are no takes to export")
	}
	if o.Template == "" {
		o.Template = DefaultTemplate
	}
	template, err := clipname.Parse(o.Template, fields(o.Takes))
	if err != nil {
		return wrong(err, "%v", err)
	}
	o.Takes = slices.Clone(o.Takes)
	taken := map[string]bool{}
	for _, n := range reservedNames() {
		taken[strings.ToLower(n)] = true
	}
	if o.Reel != nil {
		taken[strings.ToLower(p.reelFile())] = true
	}
	for i := range o.Takes {
		t := &o.Takes[i]
		if t.Reel == "" {
			t.Reel = o.Title
		}
		base, ext := template.Stem(t.value, t.Job.ID), extension(t.Path)
		name := base
		for n := 2; taken[strings.ToLower(name+"."+ext)] || taken[strings.ToLower(name+".json")]; n++ {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		taken[strings.ToLower(name+"."+ext)], taken[strings.ToLower(name+".json")] = true, true
		t.File = name + "." + ext
	}
	return nil
}

// reelFile returns the name of the reel as a text.
func (p *parcel) reelFile() string {
	return cmp.Or(download.Slug(p.order.Title, clipname.MaxValue), "shots") + ".reel.toml"
}
