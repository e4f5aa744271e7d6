package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// table returns the takes as CSV.
func (p *parcel) table() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{
		"file", "reel", "shot", "name", "take", "pick", "reject", "rating", "labels", "note", "service", "model", "seed", "seconds", "width", "height",
		"fps", "price_usd", "charged", "practice", "created_at", "job", "parent", "how", "prompt",
	}}
	for i := range p.order.Takes {
		t := &p.order.Takes[i]
		price := ""
		if c := t.Cost(); c != nil {
			price = strings.Replace(c.String(), "$", "", 1)
		}
		rows = append(rows, []string{
			t.File, inert(t.Reel), t.value("shot"), inert(t.Name), t.value("take"), yes(t.Pick), yes(t.Reject), t.value("rating"), strings.Join(t.Job.Labels, " "),
			inert(t.Note), t.Job.Service, inert(t.Job.Model), t.value("seed"), t.value("seconds"), t.value("width"), t.value("height"),
			strconv.FormatFloat(t.facts.FPS, 'f', -1, 64), price, yes(t.Job.Charge != nil), yes(t.Job.Practice),
			t.Job.CreatedAt.UTC().Format(time.RFC3339), t.Job.ID, t.Parent, inert(t.How), inert(t.Job.Prompt),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing a table: %w", err)
	}
	return b.Bytes(), nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// inert keeps spreadsheets from taking a text for a formula.
func inert(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}
