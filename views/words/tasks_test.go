package words_test

import (
	"testing"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/views/words"
)

func TestATaskIsFoundByNameAndCode(t *testing.T) {
	t.Parallel()
	cat, err := catalogue.Load(assets.Models())
	if err != nil {
		t.Fatal(err)
	}
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
