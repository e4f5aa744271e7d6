package catalogue_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

func TestShelfLosesNoChange(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	shelf := catalogue.NewShelf(cat)
	day := cat.All()[0]
	b, err := catalogue.EncodeModels([]*catalogue.Model{day}, "2026-11-01")
	if err != nil {
		t.Fatal(err)
	}
	const n = 20
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			id := fmt.Sprintf("%s-%d", day.ID, i)
			shelf.Change(func(now *catalogue.Catalogue) *catalogue.Catalogue {
				next, err := now.Merge([]byte(strings.ReplaceAll(string(b), `"`+day.ID+`"`, `"`+id+`"`)))
				if err != nil {
					t.Error(err)
					return now
				}
				return next
			})
		})
	}
	wg.Wait()
	if got, want := len(shelf.Now().All()), len(cat.All())+n; got != want {
		t.Errorf("%d models are on the shelf, want %d", got, want)
	}
	shelf.Replace(cat)
	if shelf.Now() != cat {
		t.Error("the shelf holds another catalogue than was put there")
	}
}
