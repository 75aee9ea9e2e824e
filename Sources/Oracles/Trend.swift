/// How a count changes from one cycle to the next: the line of least squares through its values.
struct Trend: Hashable {
    /// By how much it rises in a cycle.
    var slope: Double
    /// Within which the slope lies, at 95 % confidence (Student's t).
    var interval: ClosedRange<Double>

    /// The line through so many values, one a cycle; nil where they are fewer than three.
    init?(_ values: some Collection<Int>) {
        let count = Double(values.count)
        guard values.count >= 3 else { return nil }
        let meanPlace = (count - 1) / 2
        let mean = Double(values.reduce(0, +)) / count
        var square = 0.0
        var product = 0.0
        for (place, value) in values.enumerated() {
            let distance = Double(place) - meanPlace
            square += distance * distance
            product += distance * (Double(value) - mean)
        }
        let slope = product / square
        var rest = 0.0
        for (place, value) in values.enumerated() {
            let error = Double(value) - mean - slope * (Double(place) - meanPlace)
            rest += error * error
        }
        let freedom = values.count - 2
        let deviation = (rest / Double(freedom) / square).squareRoot()
        let margin = deviation * Trend.quantiles[min(freedom, Trend.quantiles.count) - 1]
        self.slope = slope
        interval = (slope - margin)...(slope + margin)
    }

    /// The 97.5 % quantiles of Student's t distribution for 1, 2, … degrees of freedom.
    private static let quantiles = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ]

    /// The trend of a count that still rises at the end; nil where it does not.
    ///
    /// What is made once is there after the first cycle, which is therefore left out. What only fills up rises no more in the
    /// second half.
    ///
    /// - Parameter least: By how much it must rise in a cycle at the least.
    static func rise(of values: [Int], least: Double, bothHalves: Bool) -> Trend? {
        let warm = values.dropFirst()
        guard let trend = Trend(warm), trend.interval.lowerBound > 0, trend.interval.lowerBound >= least,
            let last = warm.last, let first = warm.first, last - first >= 2
        else { return nil }
        let half = warm.suffix((warm.count + 1) / 2)
        guard bothHalves else { return half.first.map { last > $0 } ?? false ? trend : nil }
        guard let late = Trend(half), late.interval.lowerBound >= least else { return nil }
        return trend
    }
}
