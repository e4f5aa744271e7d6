package words

import (
	"slices"
	"strings"

	"seedreel/client/catalogue"
)

// Tasks are what the models of a catalogue that make clips do, each once, in
// the catalogue's order.
func Tasks(cat *catalogue.Catalogue) []string {
	var out []string
	for _, m := range cat.All() {
		if m.MakesVideo() && !slices.Contains(out, m.Task) {
			out = append(out, m.Task)
		}
	}
	return out
}

// FindTask finds a task by its name, "image-to-video", as lists write it,
// "Image to video", or by its code, "i2v"; "" when it is none of these.
func FindTask(tasks []string, word string) string {
	word = strings.Join(strings.Fields(strings.ToLower(word)), "-")
	i := slices.IndexFunc(tasks, func(t string) bool { return strings.ToLower(t) == word || TaskCode(t) == word })
	if i < 0 {
		return ""
	}
	return tasks[i]
}
