package words

import (
	"slices"
	"strings"

	"seedreel/client/catalogue"
)

// Tasks returns the tasks of the models of a catalogue that make clips, each
// once, in the catalogue's order.
func Tasks(cat *catalogue.Catalogue) []string {
	var out []string
	for _, m := range cat.All() {
		if m.MakesVideo() && !slices.Contains(out, m.Task) {
			out = append(out, m.Task)
		}
	}
	return out
}

// FindTask returns a task by its name, "image-to-video", as lists write it,
// "Image to video", or by its code, "i2v"; it returns "" if it is none of
// these.
func FindTask(tasks []string, word string) string {
	word = strings.Join(strings.Fields(strings.ToLower(word)), "-")
	i := slices.IndexFunc(tasks, func(t string) bool { return strings.ToLower(t) == word || TaskCode(t) == word })
	if i < 0 {
		return ""
	}
	return tasks[i]
}
