package ledger

// Dim is a dimension that numbers are split by.
type Dim uint8

// The dimensions. Those up to DimPipeline are carried by every deal and lead; the others belong to
// single groups of cells (a stage entry has a stage, an activity a kind).
const (
	DimOwner Dim = iota
	DimTeam
	DimSegment
	DimRegion
	DimIndustry
	DimType
	DimSource
	DimCampaign
	DimChannel
	DimProduct
	DimPipeline
	NumDims // how many are carried by every entity

	DimStage Dim = iota - 1
	DimFrom
	DimTo
	DimKind
	DimDirection
	DimRule
	DimLevel
	DimBase
	DimPlan
	DimAccount
	DimFeature
	DimSurvey
	DimPriority
	DimCategory
	DimDriver
	DimRole
	DimCompetitor
	DimHeadToHead // whether there was one competitor alone
	DimMeetings
	DimMetric
	endDims
)

var dimNames = [endDims]string{
	"owner", "team", "segment", "region", "industry", "type", "source", "campaign", "channel", "product", "pipeline",
	"stage", "from", "to", "kind", "direction", "rule", "level", "base", "plan",
	"account", "feature", "survey", "priority", "category", "driver",
	"role", "competitor", "head_to_head", "meetings", "metric",
}

// String is the name that users call the dimension.
func (d Dim) String() string { return dimNames[d] }

// DimOf is the dimension of a name.
func DimOf(name string) (Dim, bool) {
	for d, n := range dimNames {
		if n == name {
			return Dim(d), true
		}
	}
	return 0, false
}

// Dims are the values of the carried dimensions; an empty one is unknown.
type Dims [NumDims]string

// dimOf is the carried dimension that a field sets. The fields lie side by side, as the dimensions do.
func dimOf(name Name) (Dim, bool) {
	if name < NameOwner || name > NamePipeline {
		return 0, false
	}
	return Dim(name-NameOwner) + DimOwner, true
}
