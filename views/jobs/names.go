package jobs

import (
	"strings"
	"time"
	"unicode/utf8"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// Names distinguishes the jobs of a list, by job id. A name is the beginning of
// the prompt; otherwise takes of one prompt and prompts that begin alike would
// be the same row many times.
type Names map[string]name

type name struct {
	// apart holds model, length and ratio if they distinguish the job from
	// others with the same words, otherwise "".
	apart facets
	// last and short are its seed or its time, in full and in short; "" if
	// words, model, length and ratio are unique.
	last, short safe.String
	// alike is the number of cells of its title that a neighbour begins with
	// too.
	alike int
}

// leastTitle is the least width of a title beside its tail, in cells.
const leastTitle = 12

// NamesOf returns the names for a list in the order in which it is shown.
func NamesOf(list []*job.Job, cat *catalogue.Catalogue, zone *time.Location) Names {
	out := make(Names, len(list))
	takes := map[safe.String]*group{}
	titles := make([]safe.String, len(list))
	for i, j := range list {
		titles[i] = Title(j)
		if takes[titles[i]] == nil {
			takes[titles[i]] = &group{}
		}
		takes[titles[i]].size++
	}
	looks := make([]facets, len(list))
	for i, j := range list {
		if g := takes[titles[i]]; g.size > 1 {
			looks[i] = facets{Kind(j, cat), Length(j), Ratio(j)}
			g.add(looks[i])
		}
	}
	for i, j := range list {
		n := name{}
		if i > 0 {
			n.alike = alike(titles[i], titles[i-1])
		}
		if i+1 < len(list) {
			n.alike = max(n.alike, alike(titles[i], titles[i+1]))
		}
		if g := takes[titles[i]]; g.size > 1 {
			n.apart = g.apart(looks[i])
			if g.whole[looks[i]] > 1 {
				n.last, n.short = single(j, zone)
			}
		}
		if n != (name{}) {
			out[j.ID] = n
		}
	}
	return out
}

// facets are what may distinguish takes of one prompt: model, length and ratio.
type facets [3]safe.String

// Shown holds which of model, length and ratio have a column in a row; the name
// need not repeat them.
type Shown struct{ Kind, Length, Ratio bool }

func (s Shown) has(facet int) bool { return [len(facets{})]bool{s.Kind, s.Length, s.Ratio}[facet] }

// group holds the jobs with the same words. It counts their facets, so that
// jobs need not be compared in pairs.
type group struct {
	size   int
	values [len(facets{})]map[safe.String]int
	whole  map[facets]int
}

func (g *group) add(f facets) {
	if g.whole == nil {
		g.whole = map[facets]int{}
		for i := range g.values {
			g.values[i] = map[safe.String]int{}
		}
	}
	g.whole[f]++
	for i, v := range f {
		g.values[i][v]++
	}
}

// alike returns the width of the common beginning of two different titles, up
// to the word in which they differ; 0 for equal ones.
func alike(a, b safe.String) int {
	if a == b {
		return 0
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	if i := strings.LastIndexByte(string(a[:n]), ' '); i >= 0 {
		n = i + 1
	}
	return a[:n].Width()
}

// apart returns the facets that not all jobs of the group share.
func (g *group) apart(mine facets) facets {
	for i, v := range mine {
		if g.values[i][v] == g.size {
			mine[i] = ""
		}
	}
	return mine
}

// single returns what no other take has, in full and in short.
func single(j *job.Job, zone *time.Location) (full, short safe.String) {
	if !j.HasSeed {
		at := safe.Line(j.CreatedAt.In(zone).Format("15:04:05"))
		return at, at
	}
	seed := catalogue.Int(j.Seed).String()
	full = "seed " + safe.Line(seed)
	if n := len(seed); n > seedDigits+1 {
		seed = "…" + seed[n-seedDigits:]
	}
	return full, "seed " + safe.Line(seed)
}

// tail returns what distinguishes a job besides the columns of its row, in full
// and in short.
func (n name) tail(shown Shown) (full, short safe.String) {
	var parts []string
	for i, v := range n.apart {
		if v != "" && !shown.has(i) {
			parts = append(parts, string(v))
		}
	}
	if n.last == "" {
		full = safe.Line(strings.Join(parts, " "))
		return full, full
	}
	return safe.Line(strings.Join(append(parts, string(n.last)), ", ")), n.short
}

// seedDigits is the number of digits of a shortened seed.
const seedDigits = 4

// Cell returns the name of a job in a column of the given width: its title and,
// at the right end, what distinguishes it besides the columns of its row.
func (n Names) Cell(j *job.Job, width int, shown Shown) (title, tail safe.String) {
	x := n[j.ID]
	width = max(width, 0)
	tail, short := x.tail(shown)
	if tail.Width()+2+3*leastTitle > width {
		tail = short
	}
	if tail != "" && tail.Width()+2+leastTitle > width {
		tail = ""
	}
	room := width
	if tail != "" {
		room -= tail.Width() + 2
		tail = "  " + tail
	}
	return safe.PadRight(skip(Title(j), room, x.alike), room), tail
}

// Title returns the name of a job in a column of the given width, without what
// distinguishes it; Tail returns that, for a line of its own.
func (n Names) Title(j *job.Job, width int) safe.String {
	return safe.PadRight(skip(Title(j), max(width, 0), n[j.ID].alike), max(width, 0))
}

// Tail returns what distinguishes a job from others with the same words, or ""
// if the words or its columns do.
func (n Names) Tail(j *job.Job, shown Shown) safe.String {
	tail, _ := n[j.ID].tail(shown)
	return tail
}

// skip shortens a title to a width. If that would leave only the beginning it
// shares with a neighbour, the shared part is cut instead.
func skip(title safe.String, room, alike int) safe.String {
	head := room / 3
	if title.Width() <= room || alike < room-leastTitle/2 || head < 3 {
		return safe.Truncate(title, room)
	}
	s := safe.Truncate(title, head)
	if !strings.HasSuffix(string(s), "…") {
		s += "…"
	}
	s += " "
	return s + safe.Truncate(safe.Cut(title, alike, title.Width()), room-s.Width())
}

// Title returns the name of a job in a list: the beginning of its prompt.
func Title(j *job.Job) safe.String {
	if p := strings.TrimSpace(j.Prompt); p != "" {
		return safe.Line(firstOf(p))
	}
	return "(no prompt)"
}

// firstOf bounds a prompt before it is cleaned: a list shows only its
// beginning.
func firstOf(p string) string {
	const enough = 400
	if len(p) > enough {
		return p[:enough]
	}
	return p
}

// Kind returns the model of a job for a column: "lite t2v 480p".
func Kind(j *job.Job, cat *catalogue.Catalogue) safe.String {
	if m := cat.Model(clientRef(j)); m != nil {
		return words.Short(m)
	}
	return safe.Line(j.Model)
}

// Length returns the length of a job's clip for a column: "5 s", or "" if the
// model chooses it.
func Length(j *job.Job) safe.String {
	if j.Seconds <= 0 {
		return ""
	}
	return safe.Line(catalogue.Int(int64(j.Seconds)).String() + " s")
}

// Ratio returns the chosen ratio of a job, or "" for the model's own.
func Ratio(j *job.Job) safe.String { return safe.Line(j.Values.Text(catalogue.RoleAspectRatio)) }

// Cost returns the price of a job for a column: the charge, or else the
// estimate, "free" if it is never charged, "?" if it is unknown. A practice job
// has none.
func Cost(j *job.Job) safe.String {
	switch {
	case j.Practice:
		return words.Practice
	case j.State == job.Failed && (j.Charge != nil && *j.Charge == 0 || j.Charge == nil && !j.MaybeBilled()):
		return "free"
	case j.Charge != nil:
		return safe.Line(j.Charge.String())
	case j.Estimate != nil:
		return safe.Line(j.Estimate.String())
	}
	return "?"
}
