package history

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize/english"

	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// days are the lines above the first entry of each day.
type days struct {
	// heads are the days that begin with an entry, by its id; sums is what they
	// come to.
	heads map[string]time.Time
	sums  map[time.Time]store.DaySum
}

func (d *days) rows(j *job.Job) int {
	if _, ok := d.heads[j.ID]; ok {
		return 1
	}
	return 0
}

// daysReadMsg carries what the days of a list come to.
type daysReadMsg struct {
	seq  int
	sums []store.DaySum
}

// arrange shows the rows, grouped as a person wants them.
func (v *Screen) arrange() {
	day := func(j *job.Job) time.Time { return store.Midnight(j.CreatedAt.In(v.s.Zone), v.s.Zone) }
	list := v.groups.Arrange(v.rows, func(j *job.Job) string { return day(j).Format(time.DateOnly) })
	v.days.heads = map[string]time.Time{}
	for i, j := range list {
		if i == 0 || !day(list[i-1]).Equal(day(j)) {
			v.days.heads[j.ID] = day(j)
		}
	}
	v.list.SetItems(list)
	v.list.Invalidate()
}

// addUp reads what the days of the rows come to; they may have more entries
// than were read.
func (v *Screen) addUp() tea.Cmd {
	if len(v.rows) == 0 {
		return nil
	}
	first := v.rows[0].CreatedAt
	for _, j := range v.rows {
		if j.CreatedAt.Before(first) {
			first = j.CreatedAt
		}
	}
	since := store.Midnight(first.In(v.s.Zone), v.s.Zone)
	seq, st := v.seq, v.s.Store
	q := store.Query{Search: v.search.Value(), Kinds: words.Kinds(v.s.Catalogue.Now()), Zone: v.s.Zone}
	return v.s.Work(func(ctx context.Context) tea.Msg {
		sums, err := st.Days(ctx, q, since)
		if err != nil {
			return nil // the rows are there without it
		}
		return daysReadMsg{seq: seq, sums: sums}
	})
}

func (v *Screen) addedUp(m daysReadMsg) {
	if m.seq != v.seq {
		return
	}
	v.days.sums = map[time.Time]store.DaySum{}
	for _, x := range m.sums {
		v.days.sums[x.Day] = x
	}
	v.list.Invalidate()
}

// dayHead returns the line above the first entry of a day, "" for other
// entries.
func (v *Screen) dayHead(j *job.Job, width int, st *theme.Styles) string {
	day, ok := v.days.heads[j.ID]
	if !ok {
		return ""
	}
	now := v.s.Now().In(v.s.Zone)
	name := safe.Line(day.Format("Monday 2 January"))
	switch {
	case day.Equal(store.Midnight(now, v.s.Zone)):
		name = "Today"
	case day.Year() != now.Year():
		name = safe.Line(day.Format("2 January 2006"))
	}
	sum, ok := v.days.sums[day]
	if !ok {
		return jobs.Heading(name, "", width, st)
	}
	takes := english.Plural(sum.Jobs, "take", "")
	if sum.More {
		takes = "more than " + takes
	}
	return jobs.Heading(name, safe.Line(takes)+", "+words.Spent(sum.Bill), width, st)
}
