package metric

var salesVelocityOpen = Metric{
	ID: "sales_velocity_open", Version: 1, Unit: MoneyPerDay, Kind: Fraction, Direction: Up,
	Sentence:  "The money that the deals open at the window's end would bring a day, if they were won as often, as large and as fast as those decided in the window.",
	Formula:   "deals open at the window's end (or T) · win rate · average deal size, for twelve months / mean sales cycle in days, the three of the deals decided in the window",
	Source:    "metric table: volume, value, velocity, conversion",
	Siblings:  []string{"sales_velocity"},
	Ambiguity: "The number of deals is of those still open; sales_velocity has those decided in the window.",
	Inputs:    append(velocityInputs(OverWindow), Input{open.sum(openCount), OverClosing}),
	Missing:   velocityMissing,
	NumMoney:  true,
	Derive: func(v *View) Result {
		vs := v.fourVs(0)
		if vs.volume.Sign() == 0 {
			vs.lacks = "no deal was decided in the window"
		}
		vs.volume = v.Sum(velocityOpen)
		return vs.result(v.Count(velocityOpen))
	},
}
