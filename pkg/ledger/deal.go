package ledger

import (
	"weir.dev/weir/pkg/event"
)

// Status is how a deal stands.
type Status uint8

// A deal is absent before its first fact, and gone once it was deleted or merged into another.
const (
	Absent Status = iota
	Open
	Won
	Lost
	Gone
)

// String is the status as users see it.
func (s Status) String() string { return [...]string{"absent", "open", "won", "lost", "gone"}[s] }

// State is what a deal was after a fact.
type State struct {
	Status      Status
	Stage       string // the open stage that it is in, or was in last
	Since       int64  // when it entered that stage, milliseconds
	Amount      int64  // minor units of Currency
	Priced      bool   // it has an amount
	Currency    string
	Plan        event.Day // planned close
	Planned     bool      // it has a plan
	Probability int64     // of its own, in units of 1/Scale
	Weighed     bool      // it has a probability of its own
	Term        int64     // months; 0 where not said
	Category    string
	Account     string
	Lead        string // the lead that the deal names itself
	Dims        *Dims

	unscaled int64 // the amount as it was said: unscaled·10^-scale, so that a change of currency can read it again
	scale    uint8
}

// Step is a fact that changed a deal.
type Step struct {
	At    int64
	Day   event.Day
	Cause event.Kind
	State State // after it
}

// Stay is one stay in an open stage.
type Stay struct {
	Stage     string
	Enter     int64
	EnterDay  event.Day
	EnterDims *Dims
	Ended     bool
	Exit      int64
	ExitDay   event.Day
	ExitDims  *Dims
}

// Outcome is how a deal ended, as far as it is known and not undone.
type Outcome struct {
	Won   bool
	Kind  string // of a loss
	At    int64
	Day   event.Day
	State State // at that instant
}

// Deal is the life of a deal. It is valid until its folder folds again, and as long as the facts are.
type Deal struct {
	HasCreation bool
	Created     int64 // the first deal.created, milliseconds
	CreatedDay  event.Day
	Entry       State // after its first fact, or after its creation where that is known
	Steps       []Step
	Stays       []Stay
	Contracts   []Contract
	Outcome     *Outcome // nil while open, and once gone
	Final       State
	Into        string // the survivor, where it was merged
	Credit      Credit
	Settled     Settled

	Activities     []Activity // these and what follows: in the order of facts
	Appointments   []Appointment
	Roles          []Role
	Competitors    []Tag
	Qualifications []Qualification
}

// Settled is how many of the first steps, stays and activities of a life stand as they are in another one too,
// with which it is compared: what follows from those alone is the same in both, and may be left out of both.
type Settled struct {
	Steps, Stays, Activities int
}

// Counts reports whether the deal exists and was neither deleted nor merged.
func (d *Deal) Counts() bool { return d.Final.Status != Absent && d.Final.Status != Gone }

// DealFolder folds the facts of deals into lives, one at a time, in room that it uses again.
type DealFolder struct {
	deal    Deal
	def     *Definition
	dims    dimsRoom
	outcome Outcome
	past    int // appointments before it are over

	activities activities
}

// Fold is the life that facts, which must be sorted, add up to as far as they were known by day k.
func (f *DealFolder) Fold(def *Definition, facts []Fact, k event.Day) *Deal {
	f.def = def
	f.dims.reset()
	f.past = 0
	f.activities.reset()
	f.deal = Deal{
		Steps: f.deal.Steps[:0], Stays: f.deal.Stays[:0], Contracts: f.deal.Contracts[:0],
		Appointments: f.deal.Appointments[:0],
		Roles:        f.deal.Roles[:0], Competitors: f.deal.Competitors[:0], Qualifications: f.deal.Qualifications[:0],
	}
	f.deal.Final.Dims = f.dims.none()
	for i := range facts {
		if facts[i].KnownBy(k) {
			f.apply(&facts[i])
		}
	}
	return &f.deal
}

// Settle marks what a fact that comes after all the others will leave as it is; then Extend folds it too. Nothing
// is settled where the fact says that the deal was created, deleted or merged, which all of a life may depend on, or
// says more of an earlier activity: on what days somebody played a role, say, or nobody was in touch.
func (f *DealFolder) Settle(next *Fact) {
	f.deal.Settled = Settled{}
	switch {
	case next.Kind == event.KindDealCreated, next.Kind == event.KindDealDeleted, next.Kind == event.KindDealMerged:
	case next.Kind == event.KindActivityLogged && f.activities.place(next.Text(NameID)) < len(f.deal.Activities):
	default:
		f.deal.Settled = Settled{len(f.deal.Steps), max(len(f.deal.Stays)-1, 0), len(f.deal.Activities)}
	}
}

// Extend is the life that was folded last with one more fact, which comes after all the others.
func (f *DealFolder) Extend(fact *Fact) *Deal {
	f.apply(fact)
	return &f.deal
}

func (f *DealFolder) apply(fact *Fact) {
	if f.beside(fact) {
		return
	}
	if fact.Origin != "" {
		f.credit(fact)
		return
	}
	if fact.Kind == event.KindContractSigned {
		f.deal.Contracts = append(f.deal.Contracts, contract(f.def, f.deal.Final.Dims, fact))
		return
	}
	if f.deal.Final.Status == Gone || !ofDeal(fact.Kind) {
		return
	}
	st := &f.deal.Final
	if st.Status == Absent {
		st.Status = Open
	}
	day := f.def.Day(fact.Time)
	f.set(st, fact)
	f.move(fact, day)
	if fact.Kind == event.KindDealCreated && !f.deal.HasCreation {
		f.deal.HasCreation, f.deal.Created, f.deal.CreatedDay = true, fact.Time, day
		f.deal.Entry = *st
	}
	if len(f.deal.Steps) == 0 && !f.deal.HasCreation {
		f.deal.Entry = *st
	}
	f.deal.Steps = append(f.deal.Steps, Step{At: fact.Time, Day: day, Cause: fact.Kind, State: *st})
}

// ofDeal reports whether a fact changes the deal itself: a deal exists from the first of them.
func ofDeal(k event.Kind) bool {
	switch k {
	case event.KindDealCreated, event.KindDealUpdated, event.KindDealStageChanged, event.KindDealAmountChanged,
		event.KindDealCloseDateChanged, event.KindDealCategoryChanged, event.KindDealOwnerChanged, event.KindDealWon,
		event.KindDealLost, event.KindDealReopened, event.KindDealDeleted, event.KindDealMerged:
		return true
	default:
		return false
	}
}

// move does what the kind of a fact says, beyond the fields that it sets.
func (f *DealFolder) move(fact *Fact, day event.Day) {
	st := &f.deal.Final
	switch fact.Kind {
	case event.KindDealCreated, event.KindDealStageChanged:
		f.enter(fact, fact.Text(NameStage), day)
	case event.KindDealWon:
		f.end(fact, Won, day)
	case event.KindDealLost:
		f.end(fact, Lost, day)
	case event.KindDealReopened:
		stage := fact.Text(NameStage)
		if stage == "" && st.Status != Open {
			stage = st.Stage
		}
		if stage == "" {
			f.reopen()
			return
		}
		f.enter(fact, stage, day)
	case event.KindDealDeleted, event.KindDealMerged:
		f.deal.Into = fact.Text(NameInto)
		f.deal.Outcome = nil
		st.Status = Gone
	}
}

// enter moves the deal to a stage; a stage that stands for an outcome ends it.
func (f *DealFolder) enter(fact *Fact, stage string, day event.Day) {
	st := &f.deal.Final
	switch f.def.Stage(stage).Category {
	case CategoryWon:
		f.end(fact, Won, day)
		return
	case CategoryLost:
		f.end(fact, Lost, day)
		return
	}
	if st.Status == Open && st.Stage == stage {
		return
	}
	f.leave(fact.Time, day)
	f.reopen()
	st.Stage, st.Since = stage, fact.Time
	f.deal.Stays = append(f.deal.Stays, Stay{Stage: stage, Enter: fact.Time, EnterDay: day, EnterDims: st.Dims})
}

// reopen undoes an outcome.
func (f *DealFolder) reopen() {
	f.deal.Final.Status = Open
	f.deal.Outcome = nil
}

// unknownLoss is the kind of a loss that names none.
const unknownLoss = "unknown"

// end gives the deal an outcome. Said twice running, the first is the day of the outcome, and of who owned
// it; what the second says of the deal itself (a CRM moves it to its won stage first, and then says the
// amount) is set there too.
func (f *DealFolder) end(fact *Fact, status Status, day event.Day) {
	st := &f.deal.Final
	kind := ""
	if fact.Kind == event.KindDealLost {
		kind = fact.Text(NameKind)
	}
	if st.Status == status {
		f.set(&f.outcome.State, fact)
		if f.outcome.Kind == "" || f.outcome.Kind == unknownLoss {
			f.outcome.Kind = kind
		}
		return
	}
	at := fact.Time
	f.leave(at, day)
	st.Status = status
	f.outcome = Outcome{Won: status == Won, Kind: kind, At: at, Day: day, State: *st}
	f.deal.Outcome = &f.outcome
}

// leave ends the stay in the present stage, if there is one.
func (f *DealFolder) leave(at int64, day event.Day) {
	if n := len(f.deal.Stays); n > 0 && !f.deal.Stays[n-1].Ended {
		s := &f.deal.Stays[n-1]
		s.Ended, s.Exit, s.ExitDay, s.ExitDims = true, at, day, f.deal.Final.Dims
	}
}

// set sets the fields of a fact in a state, but for the stage, which is a move.
func (f *DealFolder) set(st *State, fact *Fact) {
	if st.Currency == "" {
		st.Currency = f.def.Currency
	}
	money := false
	for i := range fact.Fields {
		v := &fact.Fields[i]
		switch v.Name {
		case NameAmount:
			st.Priced, st.unscaled, st.scale, money = !v.Clear, v.Int, v.Scale, true
		case NameCurrency:
			st.Currency, money = v.Text, true
			if v.Clear {
				st.Currency = f.def.Currency
			}
		case NamePlan:
			st.Planned, st.Plan = !v.Clear, event.Day(v.Int)
		case NameProbability:
			st.Weighed, st.Probability = !v.Clear, scaled(v)
		case NameTerm:
			st.Term = v.Int
		case NameCategory:
			st.Category = v.Text
		case NameAccount:
			st.Account = v.Text
		case NameLead:
			st.Lead = v.Text
		default:
			if dim, ok := dimOf(v.Name); ok {
				st.Dims = f.dims.with(st.Dims, dim, v.Text)
			}
		}
	}
	if money {
		st.Amount = 0
		if st.Priced {
			st.Amount = minor(st.unscaled, st.scale, st.Currency)
		}
	}
}
