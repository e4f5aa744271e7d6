package linear

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"seedreel/client/all"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

const (
	// titleWidth is how much of a prompt a list reads, in cells.
	titleWidth = 60
	// pageRows is how many lines a list reads before it asks.
	pageRows = 10
)

// title returns the beginning of a prompt.
func title(j *job.Job) safe.String {
	if p := strings.TrimSpace(j.Prompt); p != "" {
		return safe.Truncate(safe.Line(p), titleWidth)
	}
	return "no prompt"
}

// kind distinguishes practice from real jobs.
func kind(j *job.Job) safe.String {
	if j.Practice {
		return words.Practice
	}
	return "real"
}

// cost returns what a job cost, in a word or a figure.
func cost(j *job.Job) safe.String {
	c := j.Cost()
	switch {
	case j.State == job.Failed && !j.MaybeBilled():
		return "not charged"
	case c == nil:
		return "price not known"
	}
	return safe.Line(c.String())
}

// when returns a time in a person's words: the hour of today, else the
// day.
func (t *talk) when(at time.Time) safe.String {
	at, now := at.In(t.o.Zone), t.o.Now().In(t.o.Zone)
	switch {
	case at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return safe.Line(at.Format("15:04"))
	case at.Year() == now.Year():
		return safe.Line(at.Format("2 January 15:04"))
	}
	return safe.Line(at.Format("2 January 2006"))
}

// line returns a job in a list: state, prompt, price, when, and its number,
// with the seed where only that distinguishes it from another.
func (t *talk) line(j *job.Job, n int, seed bool) safe.String {
	s := words.State(j)
	if j.State == job.Queued && j.Waiting != "" {
		s += ", " + words.Held(j, func(at time.Time) string { return string(t.when(at)) })
	}
	s = capital(s) + ", " + title(j)
	if seed && j.HasSeed {
		s += safe.Line(fmt.Sprintf(", seed %d", j.Seed))
	}
	s += ", " + cost(j)
	if j.Practice != t.e.Services.Practice() {
		s += ", " + kind(j)
	}
	return s + ", " + t.when(j.CreatedAt) + safe.Line(fmt.Sprintf(", number %d.", n))
}

// list reads jobs page by page, and opens those that are chosen. more returns
// the jobs that follow, none at the end, and deeds what else can be done with
// those that were read.
func (t *talk) list(jobs []*job.Job, more func() ([]*job.Job, error), deeds func(read []*job.Job) []deed) error {
	said := 0
	t.meanwhile() // before what it has changed
	for {
		said = t.rows(jobs, said)
		next := ""
		if said < len(jobs) || more != nil {
			next = ", m for more"
		}
		also := deeds(jobs[:said])
		for _, d := range also {
			next += fmt.Sprintf(", %s %s", d.word, d.does)
		}
		s, err := t.answer("Number of the one to open%s, or enter for the menu:", next)
		switch {
		case err != nil || s == "":
			return err
		case (said < len(jobs) || more != nil) && (strings.EqualFold(s, "m") || strings.EqualFold(s, "more")):
			if said == len(jobs) {
				fresh, err := more()
				if err != nil {
					return err
				}
				if jobs = append(jobs, fresh...); len(fresh) == 0 {
					t.say("That is all.")
					more = nil
				}
			}
			continue
		}
		if i := slices.IndexFunc(also, func(d deed) bool { return strings.EqualFold(d.word, s) }); i >= 0 {
			if err := also[i].do(); err != nil {
				return err
			}
			continue
		}
		if err := t.openNumber(jobs[:said], s); err != nil {
			return err
		}
	}
}

// openNumber opens the job of a number that was read.
func (t *talk) openNumber(read []*job.Job, s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > len(read) {
		t.say("%s", among(s, len(read)))
		return nil
	}
	err = t.open(read[n-1].ID)
	if errors.Is(err, store.ErrNotFound) {
		t.say("It was deleted.")
		return nil
	}
	return err
}

// rows reads the next jobs of a list, and returns how many were read by then.
func (t *talk) rows(jobs []*job.Job, said int) int {
	alike := map[safe.String]int{}
	for _, j := range jobs {
		alike[title(j)]++
	}
	end := min(said+pageRows, len(jobs))
	for ; said < end; said++ {
		t.say("%s", t.line(jobs[said], said+1, alike[title(jobs[said])] > 1))
	}
	return said
}

// jobs lists what is open and what has just ended.
func (t *talk) jobs() error {
	open, err := t.e.Store.OpenJobs(t.ctx)
	if err != nil {
		return err
	}
	recent, err := t.e.Store.Recent(t.ctx, t.o.Now().Add(-24*time.Hour))
	if err != nil {
		return err
	}
	jobs := append(store.StillOpen(open, recent), recent...)
	if len(jobs) == 0 {
		t.say("No jobs in the last 24 hours.")
		return nil
	}
	return t.list(jobs, nil, t.ofLine)
}

// history searches all jobs.
func (t *talk) history() error {
	saved, err := t.e.Store.SavedSearches(t.ctx)
	if err != nil {
		return err
	}
	also := safe.String("")
	if len(saved) > 0 {
		also = " saved for the saved searches,"
	}
	s, err := t.answer("Words to search for,%s or enter for the newest:", also)
	if err != nil {
		return err
	}
	if s == "saved" && len(saved) > 0 {
		if s, err = t.savedSearch(saved); err != nil || s == "" {
			return err
		}
	}
	q := store.Query{Search: s, Limit: pageRows, Kinds: words.Kinds(t.e.Catalogue.Now()), Zone: t.o.Zone}
	rows, next, err := t.e.Store.Page(t.ctx, q)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		t.say("Nothing found.")
		t.hint(s)
		made, err := t.e.Store.Made(t.ctx)
		if err != nil {
			return err
		}
		parsed := store.ParseSearch(s)
		for _, p := range parsed.Unmatched(store.Names(t.e.Catalogue.Now().All(), made)) {
			t.say("%s", ended(capital(safe.Line(p))))
		}
		return nil
	}
	q.Cursor = next
	more := func() ([]*job.Job, error) {
		if q.Cursor == 0 {
			return nil, nil
		}
		rows, next, err := t.e.Store.Page(t.ctx, q)
		q.Cursor = next
		return rows, err
	}
	if next == 0 {
		more = nil
	}
	return t.list(rows, more, t.ofList)
}

// hint reads out what a filter takes if it was given something else.
func (t *talk) hint(search string) {
	s := store.ParseSearch(search)
	for _, u := range s.Unread {
		name, _, _ := strings.Cut(strings.ToLower(u), ":")
		switch name {
		case "state", "status":
			t.say("%s: takes %s.", name, strings.Join(store.StateWords(), ", "))
		case "reason":
			t.say("reason: takes %s.", strings.Join(store.ReasonWords(), ", "))
		default:
			one := store.ParseSearch(u)
			for _, p := range one.Problems() {
				t.say("%s", ended(capital(safe.Line(p))))
			}
		}
	}
	s.Unread = nil
	for _, p := range s.Problems() {
		t.say("%s", ended(capital(safe.Line(p))))
	}
}

// costs reads the sums of the last days, and what is left.
func (t *talk) costs() error {
	rows, err := t.e.Store.Spend(t.ctx, t.o.Now().Add(-30*24*time.Hour), store.ByDay, t.o.Zone)
	if err != nil {
		return err
	}
	practice := t.e.Services.Practice()
	rows = slices.DeleteFunc(rows, func(r store.SpendRow) bool { return r.Practice != practice })
	var sum usd.Micro
	unpriced, clips := 0, 0
	for _, r := range rows {
		sum, unpriced, clips = sum.Plus(r.Spent), unpriced+r.Unpriced, clips+r.Jobs
		if len(rows) == 1 {
			break // it is in the sum
		}
		t.say("%s: %s, %s.", r.Day.In(t.o.Zone).Format("2 January"), count(r.Jobs, "clip"), words.Sum(r.Spent, r.Unpriced))
	}
	would := ""
	if practice {
		would = " It was practice: nothing was billed."
	}
	t.say("Together in 30 days: %s, %s.%s", count(clips, "clip"), words.Sum(sum, unpriced), would)
	if limit := t.e.Settings.DailyLimit; limit > 0 {
		t.say("The limit for a day is %s.", limit)
	}
	for _, id := range all.IDs() {
		if t.e.Services.Ready(id) == nil {
			t.balance(id, practice)
		}
	}
	return nil
}

// balance reads out what is left at a service.
func (t *talk) balance(id string, practice bool) {
	left, err := t.e.Account.Balance(t.ctx, id, practice)
	if err != nil {
		t.say("%s: %s.", words.Service(id), strings.TrimSuffix(string(notOffered(err, "it has no balance to ask for")), "."))
		return
	}
	t.say("%s: %s %s.", words.Service(id), words.Balance(practice), left)
}
