package client

import (
	"errors"
	"fmt"
	"math/big"
)

// A formula is a JSONata expression in which WaveSpeedAI states a model's
// price, such as {"total_price": base_price * duration / 5}. The part of the
// language that its published formulas use is read here: numbers, texts, names
// of inputs, + - * /, comparisons, "and", "or", ? :, lists, and a handful of
// functions. Anything else is refused, never guessed. Numbers are exact.
type formula struct{ root node }

// The bounds of a formula.
const (
	maxFormula = 4096
	maxNesting = 40
	maxDigits  = 18
)

var (
	errFormula = errors.New("the price formula cannot be read")
	// errOpen: the formula asks for an input that is not known here.
	errOpen = errors.New("the price formula hangs on something not known")
)

// result is a number, a text, a truth value, a list, or (none of them) nothing.
type result struct {
	num  *big.Rat
	text string
	kind resultKind
	list []result
	on   bool
}

type resultKind uint8

const (
	resNothing resultKind = iota
	resNum
	resText
	resBool
	resList
)

func number(r *big.Rat) result { return result{kind: resNum, num: r} }
func truth(on bool) result     { return result{kind: resBool, on: on} }

// env gives the inputs by name; ok is false for what is not known.
type env func(name string) (r result, ok bool)

type node interface{ eval(env) (result, error) }

type (
	literal   result
	inputName string
	listOf    []node
	binary    struct {
		op   string
		a, b node
	}
	choice struct{ cond, yes, no node }
	call   struct {
		fn   string
		args []node
	}
)

func (n literal) eval(env) (result, error) { return result(n), nil }

func (n inputName) eval(e env) (result, error) {
	if r, ok := e(string(n)); ok {
		return r, nil
	}
	return result{}, fmt.Errorf("%w: %s", errOpen, string(n))
}

func (n listOf) eval(e env) (result, error) {
	out := result{kind: resList}
	for _, it := range n {
		r, err := it.eval(e)
		if err != nil {
			return result{}, err
		}
		if r.kind != resNothing {
			out.list = append(out.list, r)
		}
	}
	return out, nil
}

func (n choice) eval(e env) (result, error) {
	c, err := n.cond.eval(e)
	if err != nil {
		return result{}, err
	}
	if c.truthy() {
		return n.yes.eval(e)
	}
	return n.no.eval(e)
}

// truthy is JSONata's: nothing, "", 0, false and empty lists are not.
func (r result) truthy() bool {
	switch r.kind {
	case resNum:
		return r.num.Sign() != 0
	case resText:
		return r.text != ""
	case resBool:
		return r.on
	case resList:
		for _, it := range r.list {
			if it.truthy() {
				return true
			}
		}
	case resNothing:
	}
	return false
}

func (n binary) eval(e env) (result, error) {
	a, err := n.a.eval(e)
	if err != nil {
		return result{}, err
	}
	switch {
	case n.op == "and" && !a.truthy():
		return truth(false), nil
	case n.op == "or" && a.truthy():
		return truth(true), nil
	}
	b, err := n.b.eval(e)
	if err != nil {
		return result{}, err
	}
	switch n.op {
	case "and", "or":
		return truth(b.truthy()), nil
	case "=":
		return truth(a.equal(b)), nil
	case "!=":
		return truth(!a.equal(b)), nil
	case "in":
		return truth(b.holds(a)), nil
	}
	if a.kind != resNum || b.kind != resNum {
		return result{}, fmt.Errorf("%w: %q on something that is no number", errFormula, n.op)
	}
	return arithmetic(n.op, a.num, b.num)
}

func arithmetic(op string, a, b *big.Rat) (result, error) {
	switch op {
	case "+":
		return number(new(big.Rat).Add(a, b)), nil
	case "-":
		return number(new(big.Rat).Sub(a, b)), nil
	case "*":
		return number(new(big.Rat).Mul(a, b)), nil
	case "/":
		if b.Sign() == 0 {
			return result{}, fmt.Errorf("%w: division by zero", errFormula)
		}
		return number(new(big.Rat).Quo(a, b)), nil
	case "<":
		return truth(a.Cmp(b) < 0), nil
	case "<=":
		return truth(a.Cmp(b) <= 0), nil
	case ">":
		return truth(a.Cmp(b) > 0), nil
	case ">=":
		return truth(a.Cmp(b) >= 0), nil
	}
	return result{}, fmt.Errorf("%w: %q", errFormula, op)
}

func (r result) equal(o result) bool {
	if r.kind != o.kind {
		return false
	}
	switch r.kind {
	case resNum:
		return r.num.Cmp(o.num) == 0
	case resText:
		return r.text == o.text
	case resBool:
		return r.on == o.on
	case resNothing, resList:
	}
	return false
}

func (r result) holds(x result) bool {
	if r.kind != resList {
		return r.equal(x)
	}
	for _, it := range r.list {
		if it.equal(x) {
			return true
		}
	}
	return false
}

func (n call) eval(e env) (result, error) {
	args := make([]result, len(n.args))
	for i, a := range n.args {
		r, err := a.eval(e)
		if err != nil {
			return result{}, err
		}
		args[i] = r
	}
	if len(args) == 0 {
		return result{}, fmt.Errorf("%w: %s without anything", errFormula, n.fn)
	}
	switch n.fn {
	case "$exists":
		return truth(args[0].kind != resNothing), nil
	case "$boolean":
		return truth(args[0].truthy()), nil
	case "$not":
		return truth(!args[0].truthy()), nil
	case "$count":
		return number(new(big.Rat).SetInt64(int64(args[0].size()))), nil
	case "$max", "$min", "$sum":
		return args[0].fold(n.fn)
	}
	return args[0].rounded(n.fn)
}

func (r result) size() int {
	switch r.kind {
	case resNothing:
		return 0
	case resList:
		return len(r.list)
	case resNum, resText, resBool:
	}
	return 1
}

// fold takes the largest, the smallest or the sum of a list of numbers.
func (r result) fold(fn string) (result, error) {
	items := r.list
	if r.kind == resNum {
		items = []result{r}
	}
	var out *big.Rat
	for _, it := range items {
		switch {
		case it.kind != resNum:
			return result{}, fmt.Errorf("%w: %s of something that is no number", errFormula, fn)
		case out == nil:
			out = it.num
		case fn == "$sum":
			out = new(big.Rat).Add(out, it.num)
		case fn == "$max" && it.num.Cmp(out) > 0, fn == "$min" && it.num.Cmp(out) < 0:
			out = it.num
		}
	}
	if out == nil {
		return result{}, fmt.Errorf("%w: %s of nothing", errFormula, fn)
	}
	return number(out), nil
}

func (r result) rounded(fn string) (result, error) {
	if r.kind != resNum {
		return result{}, fmt.Errorf("%w: %s of something that is no number", errFormula, fn)
	}
	switch fn {
	case "$number":
		return r, nil
	case "$abs":
		return number(new(big.Rat).Abs(r.num)), nil
	case "$floor", "$ceil":
		// Euclidean division rounds down for the positive denominators of Rat.
		q, rest := new(big.Int).DivMod(r.num.Num(), r.num.Denom(), new(big.Int))
		if fn == "$ceil" && rest.Sign() != 0 {
			q.Add(q, big.NewInt(1))
		}
		return number(new(big.Rat).SetInt(q)), nil
	}
	return result{}, fmt.Errorf("%w: the function %s is not known", errFormula, fn)
}
