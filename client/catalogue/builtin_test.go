package catalogue_test

import (
	"os"
	"reflect"
	"testing"

	"seedreel/assets"
	"seedreel/client/catalogue"
)

// What is built in must be what models.json has, and the fast parser must read
// it as the strict one does.
func TestTheBuiltInCatalogueIsTheFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../assets/models.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := catalogue.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := catalogue.LoadBuiltIn(assets.Models())
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range want.All() {
		if i >= len(got.All()) || !reflect.DeepEqual(m, got.All()[i]) {
			t.Errorf("%s is not built in as it is in models.json; run go generate ./assets", m.ID)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("the built-in catalogue differs from models.json; run go generate ./assets")
	}
}

func TestTheBuiltInCatalogueIsCheckedToo(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"version":2}`, `{"version":1,"modles":[]}`, `{"version":1} x`, `{"version":1,"models":[{"id":"x"}]}`, `{`} {
		if _, err := catalogue.LoadBuiltIn([]byte(text)); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

// Reading the catalogue is on the way to the first screen: the parser for it
// must do much less than the strict one on the file.
func TestTheBuiltInCatalogueIsReadWithLittleWork(t *testing.T) {
	text, err := os.ReadFile("../../assets/models.json")
	if err != nil {
		t.Fatal(err)
	}
	count := func(load func([]byte) (*catalogue.Catalogue, error), text []byte) float64 {
		return testing.AllocsPerRun(5, func() {
			if _, err := load(text); err != nil {
				t.Fatal(err)
			}
		})
	}
	if fast, strict := count(catalogue.LoadBuiltIn, assets.Models()), count(catalogue.Load, text); fast > strict*0.6 {
		t.Errorf("%.0f allocations, the strict parser has %.0f", fast, strict)
	}
	if n := len(assets.Models()); n > len(text)*6/10 {
		t.Errorf("%d bytes are built in of the %d of models.json", n, len(text))
	}
}
