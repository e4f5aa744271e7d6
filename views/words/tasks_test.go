package words_test

import (
	"testing"

	"seedreel/client/clienttest"
	"seedreel/views/words"
)

func TestATaskIsFoundByNameAndCode(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	tasks := words.Tasks(cat)
	for _, task := range tasks {
		for _, w := range []string{task, words.TaskCode(task), string(words.Task(task))} {
			if got := words.FindTask(tasks, w); got != task {
				t.Errorf("%q finds %q, want %q", w, got, task)
			}
		}
	}
	for _, w := range []string{"", "bogus", "video", "prompt-optimizer"} {
		if got := words.FindTask(tasks, w); got != "" {
			t.Errorf("%q finds %q", w, got)
		}
	}
}
