//! Blocks below one another: where each begins, once the white that is left over is shared out.

/// A block of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Block {
    /// The least white above it.
    pub(super) gap_mm: f64,
    /// Its share of the white that is left over, above it.
    pub(super) share: f64,
    pub(super) height_mm: f64,
}

/// What there is in a column, from above; what is not there takes no white either.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Blocks<T> {
    pub(super) header: T,
    pub(super) greeting: T,
    pub(super) lead: T,
    pub(super) code: T,
    pub(super) steps: T,
    pub(super) link: T,
    pub(super) foot: T,
}

/// Where each block begins between these heights; `None` if they need more.
pub(super) fn flow(blocks: &Blocks<Option<Block>>, top_mm: f64, bottom_mm: f64) -> Option<Blocks<f64>> {
    let all = [blocks.header, blocks.greeting, blocks.lead, blocks.code, blocks.steps, blocks.link, blocks.foot];
    let there = || all.iter().flatten();
    let needed_mm: f64 = there().map(|block| block.gap_mm + block.height_mm).sum();
    let shares: f64 = there().map(|block| block.share).sum();
    let spare_mm = bottom_mm - top_mm - needed_mm;
    if spare_mm < 0.0 {
        return None;
    }
    let mut at_mm = top_mm;
    let [header, greeting, lead, code, steps, link, foot] = all.map(|block| {
        let Some(block) = block else { return at_mm };
        let begins_mm = at_mm + block.gap_mm + if shares > 0.0 { spare_mm * block.share / shares } else { 0.0 };
        at_mm = begins_mm + block.height_mm;
        begins_mm
    });
    Some(Blocks { header, greeting, lead, code, steps, link, foot })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn block(gap_mm: f64, share: f64, height_mm: f64) -> Option<Block> {
        Some(Block { gap_mm, share, height_mm })
    }

    #[test]
    fn white_that_is_left_over_is_shared_out_and_the_last_block_ends_at_the_bottom() {
        let blocks = Blocks { header: block(0.0, 0.0, 5.0), code: block(2.0, 1.0, 20.0), foot: block(1.0, 3.0, 8.0), ..Blocks::default() };
        let tops = flow(&blocks, 10.0, 66.0).expect("it fits");
        assert_eq!((tops.header, tops.code, tops.foot), (10.0, 22.0, 58.0));
    }

    #[test]
    fn blocks_that_need_more_than_there_is_do_not_fit() {
        let blocks = Blocks { header: block(0.0, 0.0, 5.0), code: block(2.0, 1.0, 20.0), ..Blocks::default() };
        assert!(flow(&blocks, 10.0, 37.0).is_some());
        assert!(flow(&blocks, 10.0, 36.9).is_none());
    }
}
