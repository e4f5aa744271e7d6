package jsonata

import (
	"errors"
	"math/big"
	"testing"
)

func inputs(name string) (Value, bool) {
	switch name {
	case "base_price":
		return Number(big.NewRat(3, 10)), true
	case "duration":
		return Number(big.NewRat(10, 1)), true
	case "resolution":
		return Text("720p"), true
	case "generate_audio":
		return Truth(true), true
	case "video":
		return Value{}, true
	}
	return Value{}, false
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
		{`steps * 2`, "", ErrOpen},
		{`get_duration_v3(video)`, "", ErrSyntax},
		{`$max([5, $ceil(get_duration_v3(audio))]) / 5 * base_price`, "", ErrOpen},
		{`base_price * resolution`, "", ErrSyntax},
		{`1 / (duration - 10)`, "", ErrSyntax},
		{`{"price": 1}`, "", ErrSyntax},
		{`{"total_price": 1`, "", ErrSyntax},
		{`(1`, "", ErrSyntax},
		{`1 2`, "", ErrSyntax},
		{`a := 1`, "", ErrSyntax},
		{`1e9`, "", ErrSyntax},
		{`1234567890123456789`, "", ErrSyntax},
		{`$round(0.5)`, "", ErrSyntax},
		{`$max([])`, "", ErrSyntax},
		{`$max()`, "", ErrSyntax},
		{``, "", ErrSyntax},
		{`"a`, "", ErrSyntax},
		{`- - - 1`, "-1/1", nil},
	} {
		f, err := Parse(tc.in)
		var got Value
		if err == nil {
			got, err = f.Eval(inputs)
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
		p, err := Parse(s)
		if err != nil {
			return
		}
		r, err := p.Eval(inputs)
		if err != nil && !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrOpen) {
			t.Fatalf("a strange error: %v", err)
		}
		if err == nil && r.kind == resNum && r.num == nil {
			t.Fatal("a number that is none")
		}
	})
}
