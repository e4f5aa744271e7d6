// Package jsonata reads the part of the JSONata language in which services
// publish price formulas, such as {"total_price": base_price * duration / 5}:
// numbers, texts, names of inputs, + - * /, comparisons, "and", "or", ? :,
// lists, and a few functions. Anything else is refused, never guessed. Numbers
// are exact, because the results are money.
package jsonata

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Expr is a parsed formula.
type Expr struct{ root node }

// Eval computes the formula. It returns an error that wraps ErrOpen when an
// input is missing from e, and one that wraps ErrSyntax when the formula makes
// no sense for the inputs.
func (x *Expr) Eval(e Env) (Value, error) { return x.root.eval(e) }

// Names returns the inputs that the formula mentions anywhere.
func (x *Expr) Names() []string { return names(x.root) }

func names(n node) []string {
	switch x := n.(type) {
	case inputName:
		return []string{string(x)}
	case binary:
		return slices.Concat(names(x.a), names(x.b))
	case choice:
		return slices.Concat(names(x.cond), names(x.yes), names(x.no))
	case call:
		return names(listOf(x.args))
	case listOf:
		var out []string
		for _, it := range x {
			out = append(out, names(it)...)
		}
		return out
	}
	return nil
}

// MaxDigits bounds a number in characters.
const MaxDigits = 18

// The bounds of a formula, in characters and levels.
const (
	maxFormula = 4096
	maxNesting = 40
)

// The ways in which a formula can fail.
var (
	// ErrSyntax means that the formula is outside the language read here, or
	// computes something impossible.
	ErrSyntax = errors.New("the price formula cannot be read")
	// ErrOpen means that the formula needs an input that is not known.
	ErrOpen = errors.New("the price formula needs an input that is not known")
)

// Value is a number, a text, a truth value, a list, or, as the zero Value,
// nothing.
type Value struct {
	num  *big.Rat
	text string
	kind resultKind
	list []Value
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

// Number returns a number as a Value.
func Number(r *big.Rat) Value { return Value{kind: resNum, num: r} }

// Truth returns a truth value as a Value.
func Truth(on bool) Value { return Value{kind: resBool, on: on} }

// Text returns a text as a Value.
func Text(s string) Value { return Value{kind: resText, text: s} }

// Number returns the number, and whether the value is one.
func (r Value) Number() (*big.Rat, bool) { return r.num, r.kind == resNum }

// Env returns an input by its name; ok is false for what is not known.
type Env func(name string) (r Value, ok bool)

type node interface{ eval(Env) (Value, error) }

type (
	literal   Value
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

func (n literal) eval(Env) (Value, error) { return Value(n), nil }

func (n inputName) eval(e Env) (Value, error) {
	if r, ok := e(string(n)); ok {
		return r, nil
	}
	return Value{}, fmt.Errorf("%w: %s", ErrOpen, string(n))
}

func (n listOf) eval(e Env) (Value, error) {
	out := Value{kind: resList}
	for _, it := range n {
		r, err := it.eval(e)
		if err != nil {
			return Value{}, err
		}
		if r.kind != resNothing {
			out.list = append(out.list, r)
		}
	}
	return out, nil
}

func (n choice) eval(e Env) (Value, error) {
	c, err := n.cond.eval(e)
	if err != nil {
		return Value{}, err
	}
	if c.truthy() {
		return n.yes.eval(e)
	}
	return n.no.eval(e)
}

// truthy follows JSONata: nothing, "", 0, false and empty lists are false.
func (r Value) truthy() bool {
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

func (n binary) eval(e Env) (Value, error) {
	a, err := n.a.eval(e)
	if err != nil {
		return Value{}, err
	}
	switch {
	case n.op == "and" && !a.truthy():
		return Truth(false), nil
	case n.op == "or" && a.truthy():
		return Truth(true), nil
	}
	b, err := n.b.eval(e)
	if err != nil {
		return Value{}, err
	}
	switch n.op {
	case "and", "or":
		return Truth(b.truthy()), nil
	case "=":
		return Truth(a.equal(b)), nil
	case "!=":
		return Truth(!a.equal(b)), nil
	case "in":
		return Truth(b.holds(a)), nil
	}
	if a.kind != resNum || b.kind != resNum {
		return Value{}, fmt.Errorf("%w: %q on something that is no number", ErrSyntax, n.op)
	}
	return arithmetic(n.op, a.num, b.num)
}

func arithmetic(op string, a, b *big.Rat) (Value, error) {
	switch op {
	case "+":
		return Number(new(big.Rat).Add(a, b)), nil
	case "-":
		return Number(new(big.Rat).Sub(a, b)), nil
	case "*":
		return Number(new(big.Rat).Mul(a, b)), nil
	case "/":
		if b.Sign() == 0 {
			return Value{}, fmt.Errorf("%w: division by zero", ErrSyntax)
		}
		return Number(new(big.Rat).Quo(a, b)), nil
	case "<":
		return Truth(a.Cmp(b) < 0), nil
	case "<=":
		return Truth(a.Cmp(b) <= 0), nil
	case ">":
		return Truth(a.Cmp(b) > 0), nil
	case ">=":
		return Truth(a.Cmp(b) >= 0), nil
	}
	return Value{}, fmt.Errorf("%w: %q", ErrSyntax, op)
}

func (r Value) equal(o Value) bool {
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

func (r Value) holds(x Value) bool {
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

func (n call) eval(e Env) (Value, error) {
	args := make([]Value, len(n.args))
	for i, a := range n.args {
		r, err := a.eval(e)
		if err != nil {
			return Value{}, err
		}
		args[i] = r
	}
	if len(args) == 0 {
		return Value{}, fmt.Errorf("%w: %s without anything", ErrSyntax, n.fn)
	}
	switch n.fn {
	case "$exists":
		return Truth(args[0].kind != resNothing), nil
	case "$boolean":
		return Truth(args[0].truthy()), nil
	case "$not":
		return Truth(!args[0].truthy()), nil
	case "$count":
		return Number(new(big.Rat).SetInt64(int64(args[0].size()))), nil
	case "$max", "$min", "$sum":
		return args[0].fold(n.fn)
	}
	return args[0].rounded(n.fn)
}

func (r Value) size() int {
	switch r.kind {
	case resNothing:
		return 0
	case resList:
		return len(r.list)
	case resNum, resText, resBool:
	}
	return 1
}

// fold returns the largest, the smallest or the sum of a list of numbers.
func (r Value) fold(fn string) (Value, error) {
	items := r.list
	if r.kind == resNum {
		items = []Value{r}
	}
	var out *big.Rat
	for _, it := range items {
		switch {
		case it.kind != resNum:
			return Value{}, fmt.Errorf("%w: %s of something that is no number", ErrSyntax, fn)
		case out == nil:
			out = it.num
		case fn == "$sum":
			out = new(big.Rat).Add(out, it.num)
		case fn == "$max" && it.num.Cmp(out) > 0, fn == "$min" && it.num.Cmp(out) < 0:
			out = it.num
		}
	}
	if out == nil {
		return Value{}, fmt.Errorf("%w: %s of nothing", ErrSyntax, fn)
	}
	return Number(out), nil
}

func (r Value) rounded(fn string) (Value, error) {
	if r.kind != resNum {
		return Value{}, fmt.Errorf("%w: %s of something that is no number", ErrSyntax, fn)
	}
	switch fn {
	case "$number":
		return r, nil
	case "$abs":
		return Number(new(big.Rat).Abs(r.num)), nil
	case "$floor", "$ceil":
		// Euclidean division rounds down for the positive denominators of Rat.
		q, rest := new(big.Int).DivMod(r.num.Num(), r.num.Denom(), new(big.Int))
		if fn == "$ceil" && rest.Sign() != 0 {
			q.Add(q, big.NewInt(1))
		}
		return Number(new(big.Rat).SetInt(q)), nil
	}
	return Value{}, fmt.Errorf("%w: the function %s is not known", ErrSyntax, fn)
}
