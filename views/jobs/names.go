package jobs

import (
	"strings"
	"time"
	"unicode/utf8"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// Names tells the jobs of a list apart, by job id. A name is the beginning of
// the prompt; takes of one prompt and prompts that begin alike would otherwise
// be the same row many times.
type Names map[string]name

type name struct {
	// tail is what sets the job apart from others of the same words: its model,
	// length, ratio or seed. "" when the words do.
	tail, short safe.String
	// alike is how many cells of its title a neighbour begins with too.
	alike int
}

// leastTitle is how much of a title stays beside its tail, in cells.
const leastTitle = 12

// NamesOf looks through a list in the order in which it is shown.
func NamesOf(list []*job.Job, cat *client.Catalogue, zone *time.Location) Names {
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
			n.tail, n.short = g.apart(j, looks[i], zone)
		}
		if n != (name{}) {
			out[j.ID] = n
		}
	}
	return out
}

// facets are what may set takes of one prompt apart: model, length and ratio.
type facets [3]safe.String

// group are the jobs of the same words. It counts what they look like, so that
// no job has to be held against every other.
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

// alike is the width of what two different titles begin with, up to the word
// in which they part; 0 for equal ones.
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

// apart names what sets a job apart from others of the same words, in full and
// for where there is little room.
func (g *group) apart(j *job.Job, mine facets, zone *time.Location) (tail, short safe.String) {
	var parts []string
	for i, v := range mine {
		if v != "" && g.values[i][v] < g.size {
			parts = append(parts, string(v))
		}
	}
	if g.whole[mine] == 1 {
		short = safe.Line(strings.Join(parts, " "))
		return short, short
	}
	if !j.HasSeed {
		short = safe.Line(j.CreatedAt.In(zone).Format("15:04:05"))
		return safe.Line(strings.Join(append(parts, string(short)), ", ")), short
	}
	seed := client.Int(j.Seed).String()
	tail = safe.Line(strings.Join(append(parts, "seed "+seed), ", "))
	if n := len(seed); n > seedDigits+1 {
		seed = "…" + seed[n-seedDigits:]
	}
	return tail, "seed " + safe.Line(seed)
}

// seedDigits is how many digits of a seed stand where there is little room.
const seedDigits = 4

// Cell is the name of a job in a column of that many cells: its title, and what
// sets it apart at the right end.
func (n Names) Cell(j *job.Job, width int) (title, tail safe.String) {
	x := n[j.ID]
	width = max(width, 0)
	tail = x.tail
	if tail.Width()+2+3*leastTitle > width {
		tail = x.short
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

// Title is the name of a job in a column of that many cells, without what sets
// it apart; Tail is that, for a line of its own.
func (n Names) Title(j *job.Job, width int) safe.String {
	return safe.PadRight(skip(Title(j), max(width, 0), n[j.ID].alike), max(width, 0))
}

// Tail is what sets a job apart from others of the same words, "" when the
// words do.
func (n Names) Tail(j *job.Job) safe.String { return n[j.ID].tail }

// skip shortens a title to a width. Where that would leave what its neighbour
// says too, the part in which they are alike gives way.
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

// Title is what a job is called in a list: the beginning of its prompt.
func Title(j *job.Job) safe.String {
	if p := strings.TrimSpace(j.Prompt); p != "" {
		return safe.Line(firstOf(p))
	}
	return "(no prompt)"
}

// firstOf bounds a prompt before it is cleaned: a list shows its beginning.
func firstOf(p string) string {
	const enough = 400
	if len(p) > enough {
		return p[:enough]
	}
	return p
}

// Kind is the model of a job in a column: "lite t2v 480p".
func Kind(j *job.Job, cat *client.Catalogue) safe.String {
	if m := cat.Model(clientRef(j)); m != nil {
		return words.Short(m)
	}
	return safe.Line(j.Model)
}

// Length is the length of a job's clip in a column: "5 s", "" when the model
// chooses it.
func Length(j *job.Job) safe.String {
	if j.Seconds <= 0 {
		return ""
	}
	return safe.Line(client.Int(int64(j.Seconds)).String() + " s")
}

// Ratio is the ratio that was chosen for a job, "" for the model's own.
func Ratio(j *job.Job) safe.String { return safe.Line(j.Values.Text(client.RoleAspectRatio)) }

// Cost is the price of a job in a column: the charge, else the estimate, "free"
// for what is never charged, "?" when nobody knows.
func Cost(j *job.Job) safe.String {
	switch {
	case j.Charge != nil:
		return safe.Line(j.Charge.String())
	case j.State == job.Failed && !j.MaybeBilled():
		return "free"
	case j.Estimate != nil:
		return safe.Line(j.Estimate.String())
	}
	return "?"
}
