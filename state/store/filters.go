package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"seedreel/client/near"
	"seedreel/client/usd"
)

// Bound is a comparison with a number, such as ">=4".
type Bound struct {
	// Op is "<", "<=", "=", ">=" or ">".
	Op string
	N  int64
}

// Day is a day of the calendar, or one counted back from today.
type Day struct {
	// Year is 0 for the last such day up to today.
	Year  int
	Month time.Month
	// Of is the day of the month, 0 for a day counted back.
	Of int
	// Back is the number of days before today.
	Back int
}

// FilterNames returns the names that a search line takes before a colon.
func FilterNames() []string {
	names := make([]string, len(filters))
	for i := range filters {
		names[i] = filters[i].name
	}
	return names
}

// FilterValues returns the values that a filter takes, nil if they are not a
// list.
func FilterValues(name string) []string {
	switch name {
	case "state", "status":
		return StateWords()
	case "reason":
		return ReasonWords()
	case "is":
		return marks()
	case "practice":
		return []string{"yes", "no"}
	}
	return nil
}

// filters are the names of filters with what they take.
var filters = []struct{ name, takes string }{
	{"model", "a part of a model's name"},
	{"service", "a part of a service's name"},
	{"state", "a state, such as saved or failed"},
	{"status", "a state, such as saved or failed"},
	{"reason", "a reason for a failure, such as moderation"},
	{"rating", "a number from 0 to 5, also as >=4"},
	{"is", "one of pick, rejected, final, continued"},
	{"label", "a label"},
	{"note", "a part of a note"},
	{"after", "a day, such as 2026-11-25, 25nov, today, yesterday or 7d"},
	{"before", "a day, such as 2026-11-25, 25nov, today, yesterday or 7d"},
	{"cost", "dollars, such as 0.20 or >0.20"},
	{"ratio", "a ratio, such as 16:9"},
	{"seed", "a whole number"},
	{"shot", "a shot's number in the open reel, its name or its id"},
	{"reel", "a reel's name or its id, or open"},
	{"id", "a job's id"},
	{"practice", "yes or no"},
	{"saved", "the name of a saved search"},
}

func marks() []string { return []string{"pick", "rejected", "final", "continued"} }

// Problems returns a sentence for each part of the line that looks like a
// filter and is none.
func (s *Search) Problems() []string {
	var out []string
	for _, t := range s.Unread {
		name, value, _ := strings.Cut(t, ":")
		for _, f := range filters {
			if f.name == strings.ToLower(name) {
				out = append(out, fmt.Sprintf("%s: is %q; it must be %s%s", f.name, value, f.takes, nearValue(f.name, value)))
			}
		}
	}
	for _, t := range s.Unknown {
		name, _, _ := strings.Cut(t, ":")
		meant := near.Meant(name, FilterNames())
		if meant != "" {
			meant = "; did you mean " + meant + ":?"
		}
		out = append(out, fmt.Sprintf("there is no filter %s:%s; there are %s", name, meant, strings.Join(FilterNames(), ", ")))
	}
	return out
}

// unknownFilter reports whether a token reads like a filter: "colour:red", but
// not "16:9" or a link.
func unknownFilter(name, value string) bool {
	return name != "" && name != "provider" && value != "" && !strings.HasPrefix(value, "//") &&
		!strings.ContainsFunc(name, func(r rune) bool { return r < 'a' || r > 'z' }) && !slices.Contains(FilterNames(), name)
}

// takeMark stores the value of a filter on takes and reels; see take.
func (s *Search) takeMark(name, value string) bool {
	lower := strings.ToLower(value)
	switch name {
	case "rating":
		b, ok := parseBound(value, func(v string) (int64, error) { return strconv.ParseInt(v, 10, 8) })
		if !ok || b.N < 0 || b.N > 5 {
			return false
		}
		s.Ratings = append(s.Ratings, b)
	case "cost":
		b, ok := parseBound(value, func(v string) (int64, error) {
			n, err := usd.Parse(strings.TrimPrefix(v, "$"))
			return int64(n), err
		})
		if !ok {
			return false
		}
		s.Costs = append(s.Costs, b)
	case "is":
		if !slices.Contains(marks(), lower) {
			return false
		}
		s.Is = once(s.Is, lower)
	case "note":
		s.Notes = append(s.Notes, lower)
	case "ratio":
		s.Ratios = append(s.Ratios, lower)
	case "shot":
		s.Shots = append(s.Shots, value)
	case "reel":
		s.Reels = append(s.Reels, value)
	case "after", "before":
		d, ok := parseDay(lower)
		if !ok {
			return false
		}
		if name == "after" {
			s.After = &d
		} else {
			s.Before = &d
		}
	default:
		return false
	}
	return true
}

func parseBound(value string, number func(string) (int64, error)) (Bound, bool) {
	b := Bound{Op: "="}
	for _, op := range []string{"<=", ">=", "<", ">", "="} {
		if rest, ok := strings.CutPrefix(value, op); ok {
			b.Op, value = op, rest
			break
		}
	}
	var err error
	b.N, err = number(strings.TrimSpace(value))
	return b, err == nil
}

func parseDay(value string) (Day, bool) {
	switch value {
	case "today":
		return Day{}, true
	case "yesterday":
		return Day{Back: 1}, true
	}
	if n, ok := strings.CutSuffix(value, "d"); ok {
		if back, err := strconv.ParseUint(n, 10, 15); err == nil {
			return Day{Back: int(back)}, true
		}
	}
	if t, err := time.Parse(time.DateOnly, value); err == nil && t.Year() > 0 {
		return Day{Year: t.Year(), Month: t.Month(), Of: t.Day()}, true
	}
	digits := strings.IndexFunc(value, func(r rune) bool { return !unicode.IsDigit(r) })
	if digits < 1 || digits > 2 {
		return Day{}, false
	}
	// A leap year, so that 29feb is a day.
	if t, err := time.Parse("2006 2 Jan", "2024 "+value[:digits]+" "+value[digits:]); err == nil {
		return Day{Month: t.Month(), Of: t.Day()}, true
	}
	return Day{}, false
}

// String returns the day as it is typed.
func (d Day) String() string {
	switch {
	case d.Of == 0 && d.Back == 0:
		return "today"
	case d.Of == 0 && d.Back == 1:
		return "yesterday"
	case d.Of == 0:
		return strconv.Itoa(d.Back) + "d"
	case d.Year == 0:
		return strconv.Itoa(d.Of) + strings.ToLower(d.Month.String()[:3])
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Of)
}

// begin returns when the day begins.
func (d Day) begin(now time.Time, zone *time.Location) time.Time {
	today := Midnight(now, zone)
	switch {
	case d.Of == 0:
		return today.AddDate(0, 0, -d.Back)
	case d.Year > 0:
		return time.Date(d.Year, d.Month, d.Of, 0, 0, 0, 0, zone)
	}
	at := time.Date(today.Year(), d.Month, d.Of, 0, 0, 0, 0, zone)
	if at.After(today) {
		at = time.Date(today.Year()-1, d.Month, d.Of, 0, 0, 0, 0, zone)
	}
	return at
}

// String returns a line that parses to the same search. Parts that could not
// be read are left out.
func (s *Search) String() string {
	out := slices.Concat(s.Words, s.Parts, s.Digits)
	add := func(name string, values ...string) {
		for _, v := range values {
			if strings.ContainsFunc(v, unicode.IsSpace) {
				v = `"` + v + `"`
			}
			out = append(out, name+":"+v)
		}
	}
	bounds := func(name string, list []Bound, number func(int64) string) {
		for _, b := range list {
			add(name, strings.TrimPrefix(b.Op, "=")+number(b.N))
		}
	}
	add("model", s.Models...)
	add("service", s.Services...)
	add("state", s.States...)
	add("state", s.Failures...)
	add("reason", s.Reasons...)
	add("id", s.IDs...)
	add("label", s.Labels...)
	bounds("rating", s.Ratings, func(n int64) string { return strconv.FormatInt(n, 10) })
	bounds("cost", s.Costs, func(n int64) string { return strings.TrimPrefix(usd.Micro(n).String(), "$") })
	add("is", s.Is...)
	add("note", s.Notes...)
	add("ratio", s.Ratios...)
	add("shot", s.Shots...)
	add("reel", s.Reels...)
	add("saved", s.Saved...)
	if s.After != nil {
		add("after", s.After.String())
	}
	if s.Before != nil {
		add("before", s.Before.String())
	}
	if s.Seed != nil {
		add("seed", strconv.FormatInt(*s.Seed, 10))
	}
	if s.Practice != nil {
		add("practice", map[bool]string{true: "yes", false: "no"}[*s.Practice])
	}
	return strings.Join(out, " ")
}

// openShot is the n-th shot of the open reel.
const openShot = `(SELECT s.id FROM shots s JOIN reels r ON r.id = s.reel WHERE r.open = 1 AND s.removed = 0 ORDER BY s.place, s.id LIMIT 1 OFFSET ?)`

// filterMarks adds the conditions on takes, reels, days and money.
func filterMarks(w *wherer, f *Search, now time.Time, zone *time.Location) {
	for _, b := range f.Ratings {
		if b.N > 0 && b.Op != "<" && b.Op != "<=" {
			// The index has no others.
			w.using(index{name: "jobs_rated", part: "jobs.rating > 0", ordered: b.Op == "="}, "jobs.rating "+b.Op+" ?", b.N)
		} else {
			w.and("jobs.rating "+b.Op+" ?", b.N)
		}
	}
	for _, b := range f.Costs {
		w.using(index{name: "jobs_cost", ordered: b.Op == "="}, "coalesce(jobs.charge_uusd, jobs.estimate_uusd) "+b.Op+" ?", b.N)
	}
	for _, is := range f.Is {
		switch is {
		case "pick":
			w.using(index{name: "jobs_picked", ordered: true}, "jobs.pick = 1")
		case "rejected":
			w.using(index{name: "jobs_rejected", ordered: true}, "jobs.rejected = 1")
		default: // a way in which a take was made
			w.using(index{name: "jobs_origin", part: "jobs.origin <> ''", ordered: true}, "jobs.origin = ?", is)
		}
	}
	one := func(v string) []any { return []any{v} }
	w.or(index{name: "jobs_noted", part: "jobs.note <> ''"}, "instr(lower(jobs.note), ?) > 0", f.Notes, one)
	w.or(index{name: "jobs_ratio"}, "json_extract(jobs.values_json, '$.aspect_ratio') = ?", f.Ratios, one)
	w.or(index{name: "jobs_shot"}, "jobs.shot IN (SELECT ? UNION ALL SELECT id FROM shots WHERE name <> '' AND lower(name) = ? UNION ALL SELECT "+openShot+")", f.Shots, func(v string) []any {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			n = 1 << 30 // no reel has as many
		}
		return []any{v, strings.ToLower(v), n - 1}
	})
	w.or(index{name: "jobs_shot"}, "jobs.shot IN (SELECT s.id FROM shots s JOIN reels r ON r.id = s.reel WHERE r.id = ? OR lower(r.name) = ? OR (? = 'open' AND r.open = 1))", f.Reels,
		func(v string) []any { return []any{v, strings.ToLower(v), strings.ToLower(v)} })
	if f.After != nil {
		w.using(index{name: "jobs_created"}, "jobs.created_ms >= ?", f.After.begin(now, zone).UnixMilli())
	}
	if f.Before != nil {
		w.using(index{name: "jobs_created"}, "jobs.created_ms < ?", f.Before.begin(now, zone).UnixMilli())
	}
	for _, d := range f.Digits {
		// A number of more digits than a seed can have is looked for in prompts only.
		n, err := strconv.ParseInt(d, 10, 64)
		w.and("jobs.seq IN (SELECT rowid FROM jobs_fts WHERE jobs_fts MATCH ? UNION ALL SELECT seq FROM jobs WHERE seed = ? AND ?)", phrase(d), n, err == nil)
		w.listed = true
	}
}
