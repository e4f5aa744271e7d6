package client

import (
	"errors"
	"math/big"
	"testing"
)

func inputs(name string) (result, bool) {
	switch name {
	case "base_price":
		return number(big.NewRat(3, 10)), true
	case "duration":
		return number(big.NewRat(10, 1)), true
	case "resolution":
		return result{kind: resText, text: "720p"}, true
	case "generate_audio":
		return truth(true), true
	case "video":
		return result{}, true
	}
	return result{}, false
}

// TestFormula: the first three are formulas that the vendor's tool quotes.
func TestFormula(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in, want string
		err      error
	}{
		{`{"total_price": base_price * duration / 5}`, "3/5", nil},
		{`{"total_price":base_price * 1}`, "3/10", nil},
		{`{"total_price": base_price * (resolution = "720p" ? 2 : 1)}`, "3/5", nil},
		{`base_price + 2 * 3 - 1`, "53/10", nil},
		{`resolution = "480p" ? 1 : resolution = "720p" ? 2 : 3`, "2/1", nil},
		{`generate_audio ? 2 : 1`, "2/1", nil},
		{`generate_audio = true and duration >= 10 ? 7 : 1`, "7/1", nil},
		{`$not(generate_audio) or duration != 10 ? 7 : 1`, "1/1", nil},
		{`$max([5, $min([$ceil(duration / 3), 600])])`, "5/1", nil},
		{`$floor(-0.5) + $ceil(-0.5) + $sum([1, 2]) + $abs(-4)`, "6/1", nil},
		{`resolution in ["720p", '1080p'] ? 1 : 2`, "1/1", nil},
		{`$exists(video) ? get_duration_v3(video) : $count([1, 2, 3])`, "3/1", nil},
		{`duration < 5 ? steps : 4`, "4/1", nil},
		{`steps * 2`, "", errOpen},
		{`get_duration_v3(video)`, "", errFormula},
		{`$max([5, $ceil(get_duration_v3(audio))]) / 5 * base_price`, "", errOpen},
		{`base_price * resolution`, "", errFormula},
		{`1 / (duration - 10)`, "", errFormula},
		{`{"price": 1}`, "", errFormula},
		{`{"total_price": 1`, "", errFormula},
		{`(1`, "", errFormula},
		{`1 2`, "", errFormula},
		{`a := 1`, "", errFormula},
		{`1e9`, "", errFormula},
		{`1234567890123456789`, "", errFormula},
		{`$round(0.5)`, "", errFormula},
		{`$max([])`, "", errFormula},
		{`$max()`, "", errFormula},
		{``, "", errFormula},
		{`"a`, "", errFormula},
		{`- - - 1`, "-1/1", nil},
	} {
		f, err := parseFormula(tc.in)
		var got result
		if err == nil {
			got, err = f.root.eval(inputs)
		}
		switch {
		case tc.err != nil:
			if !errors.Is(err, tc.err) {
				t.Errorf("%s: %v, want %v", tc.in, err, tc.err)
			}
		case err != nil:
			t.Errorf("%s: %v", tc.in, err)
		case got.kind != resNum || got.num.String() != tc.want:
			t.Errorf("%s = %v, want %s", tc.in, got.num, tc.want)
		}
	}
}

func FuzzFormula(f *testing.F) {
	f.Add(`{"total_price": $max([5, $min([$ceil(duration), 600])]) / 5 * base_price * (resolution = "720p" ? 2 : 1)}`)
	f.Add(`((((((((((-1))))))))))`)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parseFormula(s)
		if err != nil {
			return
		}
		r, err := p.root.eval(inputs)
		if err != nil && !errors.Is(err, errFormula) && !errors.Is(err, errOpen) {
			t.Fatalf("a strange error: %v", err)
		}
		if err == nil && r.kind == resNum && r.num == nil {
			t.Fatal("a number that is none")
		}
	})
}
