package costs

import (
	"strconv"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/store"
	"seedreel/ui/bar"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// sum is one figure with its name.
type sum struct {
	name     safe.String
	spent    usd.Micro
	unpriced int
}

// table is one way of adding up, with the total of its rows.
type table struct {
	by   store.By
	rows []store.SpendRow
	all  store.SpendRow
	most usd.Micro
}

func (t *table) add(r store.SpendRow) {
	t.rows = append(t.rows, r)
	t.most = max(t.most, r.Spent)
	t.all.Jobs += r.Jobs
	t.all.Seconds += r.Seconds
	t.all.Spent = t.all.Spent.Plus(r.Spent)
	t.all.Estimated = t.all.Estimated.Plus(r.Estimated)
	t.all.Unpriced += r.Unpriced
	t.all.Kept += r.Kept
}

// Widths of the columns of a table, in cells.
const (
	nameWidth  = 34
	dayWidth   = 18
	clipsWidth = 7
	secsWidth  = 9
	moneyWidth = 10
	figures    = clipsWidth + secsWidth + moneyWidth
	// keptWidth and keeperWidth are those of the clips that were kept, and of
	// what one of them cost.
	keptWidth, keeperWidth = 6, 10
	kept                   = keptWidth + keeperWidth
	// modelLeast is the least useful width of a model's name.
	modelLeast = 20
	// barLeast and barMost bound the bar behind a row.
	barLeast, barMost = 10, 60
)

var titles = [tables]safe.String{"by day", "by model", "by service"}

// table draws a table of at most room rows, starting at the row top.
func (v *Screen) table(t *table, name, width, room, top int) []string {
	st := v.s.Styles
	keeps := v.keeps(t, width)
	if keeps {
		name = min(name, width-figures-kept-1)
	}
	name = min(name, max(width-figures-1, 8))
	sum := safe.String("spent")
	if v.practice {
		sum = words.Practice
	}
	head := st.Text.Quiet.Render(string(safe.PadRight(titles[t.by], name) + safe.PadLeft(safe.String("clips"), clipsWidth) +
		safe.PadLeft(safe.String("seconds"), secsWidth) + safe.PadLeft(sum, moneyWidth) + keptTitles(keeps)))
	out := []string{" " + head}
	top = min(top, max(len(t.rows)-room, 0))
	end := min(top+room, len(t.rows))
	for _, r := range t.rows[top:end] {
		out = append(out, v.row(t, r, name, width, keeps))
	}
	if n := len(t.rows); end-top < n {
		more := strconv.Itoa(top+1) + "-" + strconv.Itoa(end) + " of " + strconv.Itoa(n)
		if top > 0 {
			more += " ▴"
		}
		if end < n {
			more += " ▾"
		}
		out = append(out, " "+st.Text.Quiet.Render(more))
	}
	if t.by != v.by || len(t.rows) == 1 {
		return out // the total is there already
	}
	total := line("total", name, &t.all)
	if keeps {
		total += keptOf(&t.all)
	}
	return append(out, " "+st.Text.Bright.Render(string(total)))
}

// keeps reports whether a table shows what was kept: models are compared by it,
// where there is room.
func (v *Screen) keeps(t *table, width int) bool {
	return t.by == store.ByModel && t.by == v.by && t.all.Kept > 0 && width-figures-kept-1 >= modelLeast
}

func keptTitles(on bool) safe.String {
	if !on {
		return ""
	}
	return safe.PadLeft(safe.String("kept"), keptWidth) + safe.PadLeft(safe.String("a keeper"), keeperWidth)
}

// keptOf returns how many clips were kept, and what one of them cost.
func keptOf(r *store.SpendRow) safe.String {
	each := safe.String("-")
	if n, ok := r.PerKept(); ok {
		each = safe.Line(n.String())
	}
	return safe.PadLeft(safe.Line(strconv.Itoa(r.Kept)), keptWidth) + safe.PadLeft(each, keeperWidth)
}

func keptCells(on bool) int {
	if on {
		return kept
	}
	return 0
}

// line returns the name and the figures of a row.
func line(name safe.String, width int, r *store.SpendRow) safe.String {
	return safe.PadRight(safe.Truncate(name, width-1), width) + safe.PadLeft(safe.Line(strconv.Itoa(r.Jobs)), clipsWidth) +
		safe.PadLeft(safe.Line(strconv.Itoa(r.Seconds)), secsWidth) + safe.PadLeft(words.Sum(r.Spent, r.Unpriced), moneyWidth)
}

func (v *Screen) row(t *table, r store.SpendRow, name, width int, keeps bool) string {
	st := v.s.Styles
	text := line(v.name(t.by, r), name, &r)
	cut := name + clipsWidth + secsWidth
	s := " " + st.Text.Base.Render(string(safe.Cut(text, 0, name))) + st.Text.Quiet.Render(string(safe.Cut(text, name, cut))) +
		st.Text.Bright.Render(string(safe.Cut(text, cut, cut+moneyWidth)))
	if keeps {
		s += st.Text.Quiet.Render(string(keptOf(&r)))
		width -= kept
	}
	if room := width - name - figures - 3; room >= barLeast && t.most > 0 {
		s += "  " + bar.View(float64(r.Spent)/float64(t.most), min(room, barMost), st)
	}
	return layout.FitLine(s, width+1+keptCells(keeps))
}

func (v *Screen) name(by store.By, r store.SpendRow) safe.String {
	switch by {
	case store.ByDay:
		return safe.Line(r.Day.In(v.s.Zone).Format("Mon 2 Jan 2006"))
	case store.ByService:
		return words.Service(r.Provider)
	case store.ByModel:
	}
	if m := v.s.Catalogue.Now().Model(catalogue.Ref{Provider: r.Provider, ID: r.Model}); m != nil {
		return words.Short(m) + ", " + words.Service(r.Provider)
	}
	return safe.Line(r.Model)
}

// note returns how far the sums can be trusted.
func (v *Screen) note(width int) []string {
	var s safe.String
	all := &v.tables[v.by].all
	switch {
	case v.practice:
		s = "Practice: none of this was billed. It would have cost this. "
	case v.s.Practice:
		s = "This was billed; what practice makes now is not in it. "
	}
	if all.Estimated > 0 {
		s += safe.Line(all.Estimated.String()) + " of it is list price, where the service did not report a charge. "
	}
	if n := all.Unpriced; n == 1 {
		s += "1 clip has no known price and is not in the sums."
	} else if n > 1 {
		s += safe.Line(strconv.Itoa(n)) + " clips have no known price and are not in the sums."
	}
	out := []string{""}
	for _, l := range safe.Wrap(s.Block(), max(width, 10)) {
		out = append(out, " "+v.s.Styles.Text.Quiet.Render(string(l)))
	}
	return out
}
