// Package batch reads many orders from one text: JSON lines, or a table of
// comma-separated values. Each row is one order; its columns are the fields of
// a model and a few names of the program. All rows are read before anything is
// ordered, and every fault is named by its row and column.
package batch

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The forms of a batch.
const (
	JSONL = "jsonl"
	CSV   = "csv"
)

const (
	// MaxRows bounds a batch.
	MaxRows = 100_000
	// maxLine bounds a row in bytes; a picture may be in it as a data URI.
	maxLine = 32 << 20
)

// Row is one order as it was written. Number counts from 1, without a header.
type Row struct {
	Number int
	cells  []cell
}

type cell struct {
	column string
	values []string
}

// Fault is what is wrong with a row, or with the whole text if Row is 0.
type Fault struct {
	Row    int
	Column string
	Text   string
}

// String returns "row 3, duration: must be ...".
func (f Fault) String() string {
	s := f.Text
	if f.Column != "" {
		s = f.Column + ": " + s
	}
	if f.Row == 0 {
		return s
	}
	if f.Column == "" {
		return fmt.Sprintf("row %d: %s", f.Row, s)
	}
	return fmt.Sprintf("row %d, %s", f.Row, s)
}

// Read reads all rows. form is JSONL or CSV, "" to find out from the text. The
// error is about reading; what is wrong with the text is returned as faults.
func Read(r io.Reader, form string) ([]Row, []Fault, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3) // it was peeked at
	}
	if form == "" {
		begin, err := in.Peek(512)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, err
		}
		form = CSV
		if bytes.HasPrefix(bytes.TrimSpace(begin), []byte("{")) {
			form = JSONL
		}
	}
	if form == JSONL {
		return readLines(in)
	}
	return readTable(in)
}

// column returns a name as it is compared: in lower case, with dashes.
func column(name string) string {
	return strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(strings.TrimSpace(name)))
}

func readTable(in io.Reader) (rows []Row, faults []Fault, err error) {
	table := csv.NewReader(in)
	table.FieldsPerRecord, table.TrimLeadingSpace = -1, true
	head, err := table.Read()
	if errors.Is(err, io.EOF) {
		return nil, []Fault{{Text: "there are no rows"}}, nil
	}
	if err != nil {
		return tableFault(nil, nil, 0, err)
	}
	head = slices.Clone(head)
	for i := range head {
		if head[i] = column(head[i]); head[i] == "" {
			faults = append(faults, Fault{Text: fmt.Sprintf("column %d has no name", i+1)})
		}
	}
	for n := 1; ; n++ {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return rows, faults, nil
		}
		if err != nil {
			return tableFault(rows, faults, n, err)
		}
		if n > MaxRows {
			return rows, append(faults, Fault{Row: n, Text: fmt.Sprintf("a batch has %d rows at most", MaxRows)}), nil
		}
		if len(record) > len(head) {
			faults = append(faults, Fault{Row: n, Text: fmt.Sprintf("it has %d values for %d columns", len(record), len(head))})
			continue
		}
		row := Row{Number: n}
		for i, v := range record {
			// A cell may hold several lines: a prompt of two, or two pictures.
			if v = strings.TrimSpace(v); v != "" {
				row.put(head[i], v)
			}
		}
		rows = append(rows, row)
	}
}

// tableFault returns an error in the syntax of a table as a fault.
func tableFault(rows []Row, faults []Fault, n int, err error) ([]Row, []Fault, error) {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return rows, append(faults, Fault{Row: n, Text: fmt.Sprintf("line %d: %v", e.Line, e.Err)}), nil
	}
	return nil, nil, err
}

// put adds a value; a column that is there twice has two.
func (r *Row) put(name string, values ...string) {
	for i := range r.cells {
		if r.cells[i].column == name {
			r.cells[i].values = append(r.cells[i].values, values...)
			return
		}
	}
	r.cells = append(r.cells, cell{name, values})
}

func readLines(in io.Reader) (rows []Row, faults []Fault, err error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		n++
		if n > MaxRows {
			return rows, append(faults, Fault{Row: n, Text: fmt.Sprintf("a batch has %d rows at most", MaxRows)}), nil
		}
		row, more := readObject(n, text)
		faults = append(faults, more...)
		if more == nil {
			rows = append(rows, row)
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return rows, append(faults, Fault{Row: n + 1, Text: "the line is too long"}), nil
	}
	if n == 0 {
		faults = append(faults, Fault{Text: "there are no rows"})
	}
	return rows, faults, lines.Err()
}

func readObject(n int, text []byte) (Row, []Fault) {
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&object); err != nil {
		return Row{}, []Fault{{Row: n, Text: "it is no JSON object: " + err.Error()}}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Row{}, []Fault{{Row: n, Text: "there is text behind the object"}}
	}
	row := Row{Number: n}
	var faults []Fault
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values, ok := textsOf(object[name])
		if !ok {
			faults = append(faults, Fault{Row: n, Column: column(name), Text: "it must be a text, a number, true or false, or a list of these"})
			continue
		}
		if len(values) > 0 {
			row.put(column(name), values...)
		}
	}
	return row, faults
}

// textsOf returns a JSON value as it would be written in a table; null is none.
func textsOf(v any) (out []string, ok bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case string:
		return []string{v}, true
	case json.Number:
		return []string{v.String()}, true
	case bool:
		return []string{fmt.Sprint(v)}, true
	case []any:
		for _, x := range v {
			one, ok := textsOf(x)
			if _, list := x.([]any); list || !ok || len(one) != 1 {
				return nil, false
			}
			out = append(out, one[0])
		}
		return out, true
	}
	return nil, false
}
