package cli

import (
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"seedreel/assets"
)

// topic adds a help topic whose text is made when it is read.
func (c *commands) topic(cmd *cobra.Command, text func() string) *cobra.Command {
	if c.topics == nil {
		c.topics = map[string]func() string{}
	}
	c.topics[cmd.Name()] = text
	cmd.GroupID = groupTopics
	return cmd
}

// textOf returns the long text of a command, "" if it has none.
func (c *commands) textOf(cmd *cobra.Command) string {
	if text := c.topics[cmd.Name()]; text != nil && cmd.GroupID == groupTopics {
		return text()
	}
	return cmd.Long
}

// guideTopics returns a help topic for each page of the guide that no code
// writes.
func (c *commands) guideTopics() []*cobra.Command {
	var out []*cobra.Command
	for _, name := range assets.Pages() {
		page, _ := assets.Page(name) // listed
		title, text, _ := strings.Cut(strings.TrimPrefix(string(page), "# "), "\n")
		out = append(out, c.topic(&cobra.Command{Use: name, Short: title}, func() string { return title + "\n\n" + plainPage(text) }))
	}
	return out
}

// plainPage turns a page's Markdown into the text of a terminal: tables with
// straight columns, code set in, links by their words.
func plainPage(md string) string {
	var b strings.Builder
	var table [][]string
	code := false
	flush := func() {
		b.WriteString(columns(table))
		table = nil
	}
	link := regexp.MustCompile(`!?\[([^\]]*)\]\(([^)]*)\)`)
	words := func(line string) string {
		if !strings.Contains(line, "](") {
			return line
		}
		return link.ReplaceAllString(line, "$1")
	}
	for line := range strings.SplitSeq(md, "\n") {
		if cells, ok := strings.CutPrefix(line, "|"); ok && !code {
			table = append(table, cellsOf(words(cells)))
			continue
		}
		flush()
		switch {
		case strings.HasPrefix(line, "<!--"):
			continue
		case strings.HasPrefix(line, "```"):
			code = !code
			continue
		case code:
			b.WriteString("    " + line)
		case strings.HasPrefix(line, "#"):
			b.WriteString(strings.ToUpper(strings.TrimLeft(line, "# ")))
		default:
			b.WriteString(strings.ReplaceAll(strings.ReplaceAll(words(line), "**", ""), "`", ""))
		}
		b.WriteByte('\n')
	}
	flush()
	return squeeze(b.String())
}

// cellsOf returns the cells of a table's row, after its first bar.
func cellsOf(row string) []string {
	row = strings.TrimSuffix(strings.TrimSpace(row), "|")
	cells := strings.Split(strings.ReplaceAll(row, `\|`, "\x00"), "|")
	for i, c := range cells {
		c = strings.ReplaceAll(strings.TrimSpace(c), "\x00", "|")
		cells[i] = strings.ReplaceAll(strings.ReplaceAll(c, "**", ""), "`", "")
	}
	return cells
}

// columns lays out a table. Its last column is folded below itself, the others
// are as wide as their widest cell.
func columns(rows [][]string) string {
	var b strings.Builder
	width := map[int]int{}
	for _, r := range rows {
		for i, c := range r {
			width[i] = max(width[i], ansi.StringWidth(c))
		}
	}
	for _, r := range rows {
		if strings.Trim(strings.Join(r, ""), "-: ") == "" {
			continue // the rule below the head
		}
		at := 1
		for i, c := range r {
			if i == len(r)-1 {
				rest := fold(c, max(helpWidth-at, 24))
				b.WriteString(strings.ReplaceAll(rest, "\n", "\n"+strings.Repeat(" ", at+1)))
				break
			}
			if i == 0 {
				b.WriteByte(' ')
			}
			b.WriteString(c + strings.Repeat(" ", width[i]-ansi.StringWidth(c)+2))
			at += width[i] + 2
		}
		b.WriteByte('\n')
	}
	return indent(b.String())
}

// indent begins every line with a blank, so that no line of it flows into the
// one before.
func indent(text string) string {
	if text == "" {
		return ""
	}
	return " " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n ") + "\n"
}

// squeeze leaves one empty line where there are more.
func squeeze(text string) string {
	for strings.Contains(text, "\n\n\n") {
		text = strings.ReplaceAll(text, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(text)
}
