// Stands in for @stdlib's own generator of uniforms and what writes down its state: ours is given to every variate.
const refuse = () => {
  throw new Error("@stdlib must be given a generator of uniforms; it was called without one");
};
refuse.factory = () => refuse;
module.exports = refuse;
